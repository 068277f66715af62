import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError, BodyValidator, encodeId } from '@sessions/contract';
import type { AcceptedSession, CreateSessionDto, ErrorDetail } from '@sessions/contract';
import { CONFIGURATION, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { acceptSession, UNNAMED } from '../create/accept-session';
import { Acceptor } from '../create/acceptor';
import { Clock } from '../create/clock';
import { SESSION_VALIDATOR } from '../create/session-validator';
import type { BatchItem } from './batch-items';

/** What became of one item of a batch. */
export interface BatchResult {
  /** Place of the item in the batch, from 0. */
  index: number;
  status: 'created' | 'updated' | 'rejected';
  /** The session's id, unless the item was rejected. */
  id?: string;
  /** Why the item was rejected. */
  error?: string;
  /** Whether sending the very same item again can succeed; it may have been taken all the same, as after a 503. */
  retryable: boolean;
}

/** Gives the item at an index of a batch its session's id and version. */
export type Identify = (index: number) => { id: string; version: number };

/** Items on their way into the queue at once: enough to fill several jobs, few enough to bound memory. */
const WINDOW_ITEMS = 2000;
const WINDOW_BYTES = 8 * 1024 * 1024;
/**
 * Bytes of all batches beyond which each has one portion on its way. With 200 streams of 6 MB an API takes 334 MB; without,
 * it took 645 and refused every seventh session, which had waited for too long; with 32 MiB 403 and one of 150.
 */
const ALL_WINDOWS_BYTES = 16 * 1024 * 1024;

/** Beyond this no more problems of an item are told: 10,000 items of 100 bytes could have 50 MB of them. */
const PROBLEM_CHARACTERS = 500;

type ParsedItem = Extract<BatchItem, { value: unknown }>;
type Outcome = Omit<BatchResult, 'index'>;

/** Items that are on their way together. */
interface Portion {
  results: Promise<BatchResult[]>;
  items: number;
  bytes: number;
}

/** Accepts the items of a batch, each on its own. */
@Injectable()
export class BatchService {
  /** Bytes of all batches that are on their way into the queue. */
  private underWay = 0;

  constructor(
    private readonly acceptor: Acceptor,
    private readonly clock: Clock,
    @Inject(SESSION_VALIDATOR) private readonly validator: BodyValidator<CreateSessionDto>,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * One result an item, in order, those of a portion at once. Reads on only while the window has room and results are
   * taken, so that neither a fast sender nor a slow reader fills the memory.
   *
   * @param source the items, those at once that are there at once: they share jobs as far as these have room, since one
   * on its own costs more to gather than to accept
   * @param identify gives each item its id and version; when left out, its job names it
   */
  async *accept(
    projectId: string,
    source: AsyncIterable<BatchItem[]> | Iterable<BatchItem[]>,
    identify: Identify = () => ({ id: UNNAMED, version: this.clock.next() }),
  ): AsyncGenerator<BatchResult[]> {
    const { INGEST_GROUP_SESSIONS, INGEST_GROUP_BYTES } = this.configuration;
    const portions = portionsOf(source, INGEST_GROUP_SESSIONS, INGEST_GROUP_BYTES);
    const window: Portion[] = [];
    let index = 0;
    let ended = false;
    let next: Promise<IteratorResult<BatchItem[], unknown>> | null = null;
    try {
      while (!ended || window.length > 0) {
        if (!ended && this.hasRoom(window)) next ??= portions.next();
        const first = await firstOf(window[0]?.results, next);
        if ('results' in first) {
          window.shift();
          yield first.results;
          continue;
        }
        next = null;
        if (first.read.done === true) {
          ended = true;
        } else {
          const items = first.read.value;
          const bytes = bytesOf(items);
          const results = this.acceptPortion(projectId, items, index, identify);
          // Awaited in its turn; one that fails before must not count as unhandled, which would end the process.
          results
            .catch((err: unknown) => this.logger.debug({ err }, 'A portion of a batch failed.'))
            .finally(() => (this.underWay -= bytes));
          this.underWay += bytes;
          window.push({ results, items: items.length, bytes });
          index += items.length;
        }
      }
    } finally {
      await portions.return(undefined);
    }
  }

  private hasRoom(window: readonly Portion[]): boolean {
    if (window.length > 0 && this.underWay >= ALL_WINDOWS_BYTES) return false;
    let [items, bytes] = [0, 0];
    for (const portion of window) {
      items += portion.items;
      bytes += portion.bytes;
    }
    return items < WINDOW_ITEMS && bytes < WINDOW_BYTES;
  }

  /**
   * Offers what is valid to the queue at once, and rejects the rest. Not async itself, so that the parsed items are let
   * go of here and do not wait with their results: a third less for the collector to copy, 1.4 of 13.5 µs a session.
   * Rejected: each session as a text from here on, which allocates a fifth more and gains nothing over this.
   */
  private acceptPortion(
    projectId: string,
    items: readonly BatchItem[],
    firstIndex: number,
    identify: Identify,
  ): Promise<BatchResult[]> {
    const problems = items.map((item) => this.problemOf(item));
    const valid = problems.flatMap((problem, place) => (problem === null ? [place] : []));
    const sessions = valid.map((place) => {
      const { id, version } = identify(firstIndex + place);
      const body = (items[place] as ParsedItem).value as CreateSessionDto;
      return acceptSession(projectId, body, id, version);
    });
    return resultsOf(problems, firstIndex, this.offer(sessions, bytesOf(items)));
  }

  private problemOf(item: BatchItem): Outcome | null {
    if ('problem' in item) return rejected(item.problem, item.retryable);
    const verdict = this.validator.check(item.value);
    return verdict.valid ? null : rejected(sentencesOf(verdict.details));
  }

  /** What became of each of the sessions. Where there is none to wait for, others get a turn all the same. */
  private async offer(sessions: readonly AcceptedSession[], bytes: number): Promise<Outcome[]> {
    if (sessions.length === 0) {
      await nextTurn();
      return [];
    }
    try {
      const acceptances = await this.acceptor.accept(sessions, bytes);
      return sessions.map(({ id }, place) => ({
        status: acceptances[place]?.created === true ? 'created' : 'updated',
        id: encodeId('sess', id),
        retryable: false,
      }));
    } catch (error) {
      if (error instanceof ApiError) return sessions.map(() => rejected(error.message, error.status >= 500));
      this.logger.error({ err: error, items: sessions.length }, 'Items of a batch could not be accepted.');
      return sessions.map(() => rejected('Something went wrong on our side; send the item again.', true));
    }
  }
}

/** A result an item, in order: its problem, or else the next of the outcomes. */
async function resultsOf(
  problems: readonly (Outcome | null)[],
  firstIndex: number,
  offered: Promise<Outcome[]>,
): Promise<BatchResult[]> {
  const outcomes = (await offered).values();
  return problems.map((problem, place) => ({
    index: firstIndex + place,
    ...(problem ?? (outcomes.next().value as Outcome)),
  }));
}

/** Cuts what is there at once into portions that fit into a job. An item that is larger makes one of its own. */
async function* portionsOf(
  source: AsyncIterable<BatchItem[]> | Iterable<BatchItem[]>,
  mostItems: number,
  mostBytes: number,
): AsyncGenerator<BatchItem[]> {
  for await (const items of source) {
    let portion: BatchItem[] = [];
    let bytes = 0;
    for (const item of items) {
      const more = bytesOf([item]);
      if (portion.length === mostItems || (portion.length > 0 && bytes + more > mostBytes)) {
        yield portion;
        portion = [];
        bytes = 0;
      }
      portion.push(item);
      bytes += more;
    }
    if (portion.length > 0) yield portion;
  }
}

function bytesOf(items: readonly BatchItem[]): number {
  let bytes = 0;
  for (const item of items) if ('bytes' in item) bytes += item.bytes;
  return bytes;
}

/** Whichever comes first: the oldest portion's results, or the next portion. One of them must be given. */
function firstOf(
  oldest: Promise<BatchResult[]> | undefined,
  next: Promise<IteratorResult<BatchItem[], unknown>> | null,
): Promise<{ results: BatchResult[] } | { read: IteratorResult<BatchItem[], unknown> }> {
  const candidates: Promise<{ results: BatchResult[] } | { read: IteratorResult<BatchItem[], unknown> }>[] =
    [];
  if (oldest !== undefined) candidates.push(oldest.then((results) => ({ results })));
  if (next !== null) candidates.push(next.then((read) => ({ read })));
  return Promise.race(candidates);
}

/** What is wrong with an item, the first of it at least. */
function sentencesOf(details: readonly ErrorDetail[]): string {
  let sentences = '';
  for (const { message } of details) {
    if (sentences === '') sentences = message;
    else if (sentences.length + message.length < PROBLEM_CHARACTERS) sentences += ` ${message}`;
    else break;
  }
  return sentences;
}

function rejected(error: string, retryable = false): Outcome {
  return { status: 'rejected', error, retryable };
}
