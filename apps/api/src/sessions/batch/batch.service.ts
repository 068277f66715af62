import { Inject, Injectable } from '@nestjs/common';
import { ApiError, BodyValidator, encodeId, newUuid } from '@sessions/contract';
import type { CreateSessionDto } from '@sessions/contract';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { acceptSession } from '../create/accept-session';
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
  /** Whether sending the very same item again can succeed. */
  retryable: boolean;
}

/** Gives the item at an index of a batch its session's id and version. */
export type Identify = (index: number) => { id: string; version: number };

/** Items on their way into the queue at once: enough to fill several jobs, few enough to bound memory. */
const WINDOW_ITEMS = 2000;
const WINDOW_BYTES = 8 * 1024 * 1024;

/** Accepts the items of a batch, each on its own. */
@Injectable()
export class BatchService {
  constructor(
    private readonly acceptor: Acceptor,
    private readonly clock: Clock,
    @Inject(SESSION_VALIDATOR) private readonly validator: BodyValidator<CreateSessionDto>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * One result an item, in order. Reads on only while the window has room and results are taken, so that neither a
   * fast sender nor a slow reader fills the memory.
   *
   * @param identify gives each item its id and version; new ones when left out
   */
  async *accept(
    projectId: string,
    items: AsyncIterable<BatchItem> | Iterable<BatchItem>,
    identify: Identify = () => ({ id: newUuid(), version: this.clock.next() }),
  ): AsyncGenerator<BatchResult> {
    const source = iteratorOf(items);
    const window: { result: Promise<BatchResult>; bytes: number }[] = [];
    let windowBytes = 0;
    let index = 0;
    let ended = false;
    let next: Promise<IteratorResult<BatchItem, unknown>> | null = null;
    try {
      while (!ended || window.length > 0) {
        const oldest = window[0];
        const hasRoom = window.length < WINDOW_ITEMS && windowBytes < WINDOW_BYTES;
        if (!ended && hasRoom) next ??= source.next();
        const first = await firstOf(oldest?.result, next);
        if ('result' in first) {
          window.shift();
          windowBytes -= oldest?.bytes ?? 0;
          yield first.result;
          continue;
        }
        next = null;
        if (first.read.done === true) {
          ended = true;
        } else {
          const item = first.read.value;
          const bytes = 'bytes' in item ? item.bytes : 0;
          window.push({ result: this.acceptItem(projectId, item, index, identify), bytes });
          windowBytes += bytes;
          index += 1;
        }
      }
    } finally {
      await source.return(undefined);
    }
  }

  private async acceptItem(
    projectId: string,
    item: BatchItem,
    index: number,
    identify: Identify,
  ): Promise<BatchResult> {
    if ('problem' in item) return rejected(index, item.problem, item.retryable);
    const verdict = this.validator.check(item.value);
    if (!verdict.valid) return rejected(index, verdict.details.map(({ message }) => message).join(' '));
    try {
      const { id, version } = identify(index);
      const session = acceptSession(projectId, item.value as CreateSessionDto, id, version);
      const { record, created } = await this.acceptor.accept(session, item.bytes);
      return {
        index,
        status: created ? 'created' : 'updated',
        id: encodeId('sess', record.id),
        retryable: false,
      };
    } catch (error) {
      if (error instanceof ApiError) return rejected(index, error.message, error.status >= 500);
      this.logger.error({ err: error, index }, 'An item of a batch could not be accepted.');
      return rejected(index, 'Something went wrong on our side; send the item again.', true);
    }
  }
}

async function* iteratorOf(items: AsyncIterable<BatchItem> | Iterable<BatchItem>): AsyncGenerator<BatchItem> {
  yield* items;
}

/** Whichever comes first: the oldest item's result, or the next item. One of them must be given. */
function firstOf(
  result: Promise<BatchResult> | undefined,
  next: Promise<IteratorResult<BatchItem, unknown>> | null,
): Promise<{ result: BatchResult } | { read: IteratorResult<BatchItem, unknown> }> {
  const candidates: Promise<{ result: BatchResult } | { read: IteratorResult<BatchItem, unknown> }>[] = [];
  if (result !== undefined) candidates.push(result.then((settled) => ({ result: settled })));
  if (next !== null) candidates.push(next.then((read) => ({ read })));
  return Promise.race(candidates);
}

function rejected(index: number, error: string, retryable = false): BatchResult {
  return { index, status: 'rejected', error, retryable };
}
