import type { AcceptedSession } from '@sessions/contract';
import type { AcceptedSessions } from '@sessions/queue';
import { databaseOf } from '@sessions/runtime';
import { DeadLetterReader, DeadLetterRemoval } from '@sessions/storage';
import type { DeadLetterCounts } from '@sessions/storage';
import { parseArgs } from 'node:util';
import { messageOf } from '../command';
import type { CommandContext } from '../command';
import { CommandError } from '../errors';
import { withDatabase } from '../database';
import { numberOf } from '../numbers';
import { json } from '../options';
import { withQueue } from '../queue/with-queue';
import { lettersText, sumOf } from './letter-counts';
import { inSteps } from './in-steps';
import { printableJson } from './printable';
import { selectionOf, selectionOptions } from './selection';

/** `dead-letters replay`: has what failed tried again, the oldest first. */
export async function replay(args: string[], context: CommandContext): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...selectionOptions, json },
  });
  const { filters, limit = Infinity } = selectionOf(values, positionals);
  const configuration = context.configuration();
  const { INGEST_GROUP_SESSIONS: letters, INGEST_GROUP_BYTES: bytes } = configuration;
  const { done, total } = await withDatabase(configuration, [], async (dataSource) => {
    const database = databaseOf(dataSource);
    const match = await new DeadLetterReader(database).match(filters);
    const total = Math.min(sumOf(match.counts), limit);
    if (total === 0) return { done: match.counts, total };
    const removal = new DeadLetterRemoval(database);
    const replayed = (most: number, put: PutBack) =>
      removal.replay(match.filters, { letters: Math.min(letters, most), bytes }, put);
    if (match.counts.persist === 0)
      return { done: await inSteps('Replayed', total, (most) => replayed(most, noneToPutBack)), total };
    const done = await withQueue(configuration, database, async (queue) => {
      await queue.assertServed();
      return inSteps('Replayed', total, async (most, before) => {
        await queue.untilRoom();
        return replayed(most, (sessions) => putBack(queue.sessions, sessions, before));
      });
    });
    return { done, total };
  });
  if (values.json) return context.print(printableJson({ replayed: done, total }));
  context.print(resultText(done, total));
}

type PutBack = (sessions: readonly AcceptedSession[]) => Promise<void>;

/** Letters of indexing go into the outbox, for which no queue is needed. */
function noneToPutBack(): Promise<void> {
  return Promise.reject(new Error('A letter of indexing holds no session to put back.'));
}

/**
 * Makes one job of the sessions. They keep their versions, so that one of an external record does not overrule what
 * was accepted after it; that is why they are noted rather than claimed.
 */
async function putBack(
  queued: AcceptedSessions,
  sessions: readonly AcceptedSession[],
  before: DeadLetterCounts,
): Promise<void> {
  const jobId = queued.newJobId();
  try {
    await queued.note(jobId, sessions);
    await queued.put(jobId, sessions);
  } catch (cause) {
    throw new CommandError(
      `The queue took no more (${messageOf(cause)}) after ${numberOf(sumOf(before), 'dead letter')}; replay again once it does.`,
      { cause },
    );
  }
}

function resultText(done: DeadLetterCounts, total: number): string {
  if (total === 0) return 'No dead letter matches; there is nothing to replay.';
  const missed = total - sumOf(done);
  const others = missed === 0 ? '' : ` Another process took ${numberOf(missed, 'more')}.`;
  return `Replayed ${lettersText(done)}; one that fails again comes back.${others}`;
}
