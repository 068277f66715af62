import { Inject, Injectable } from '@nestjs/common';
import type { AcceptedSession } from '@sessions/contract';
import { encodeId } from '@sessions/contract';
import { AcceptedSessions, GroupCommit, OUTBOX_READY, QueueClient } from '@sessions/queue';
import { CONFIGURATION, isInternalFault, isStatementTimeout, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { DeadLetters, SessionWriter } from '@sessions/storage';
import { DatabaseBreaker, isNoFaultOfAJob } from './database-breaker';
import { transactionLimit, weightOf } from './weight';

/** A queue job and what it carries. */
interface Job {
  jobId: string;
  sessions: readonly AcceptedSession[];
}

const DATABASE_FAILS = 'The database takes too long over every session, or fails of itself: look at its log.';

/** Gives jobs back to the queue, which tries again later. Without its cause, for which the breaker would wait here. */
class DatabaseFailsError extends Error {
  override readonly name = 'DatabaseFailsError';

  constructor() {
    super(DATABASE_FAILS);
  }
}

/** Whether the database failed in a way that one session may be to blame for, though more often none is. */
function isDoubtful(error: unknown): boolean {
  return isStatementTimeout(error) || isInternalFault(error);
}

/** Milliseconds that a job waits for others to share a transaction with. */
const GATHER_MS = 5;

/** Transactions under way at once: one computes in the database while the next is prepared here. */
const MAX_TRANSACTIONS = 2;

/**
 * Stores what the jobs carry. Several jobs share a transaction. A session that the database refuses, or takes too long
 * over or fails of twice while it stores others, is found by splitting its batch and goes, whole, to the dead letters;
 * the rest of its batch is stored.
 */
@Injectable()
export class Persister {
  private readonly groups: GroupCommit<Job, undefined>;
  /** Batches that were stored, by which a session that is to blame is told from a database that fails. */
  private writes = 0;

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly writer: SessionWriter,
    private readonly deadLetters: DeadLetters,
    private readonly queued: AcceptedSessions,
    private readonly client: QueueClient,
    private readonly breaker: DatabaseBreaker,
  ) {
    this.groups = new GroupCommit({
      maxDelayMs: GATHER_MS,
      maxWeight: transactionLimit(configuration),
      weigh: ({ sessions }) => weightOf(sessions),
      maxInFlight: MAX_TRANSACTIONS,
      commit: async (jobs) => {
        const since = this.writes;
        await this.breaker.run(() =>
          this.store(
            jobs.flatMap(({ sessions }) => sessions),
            since,
          ),
        );
        await Promise.all([this.wakeIndexer(), this.forget(jobs)]);
        return jobs.map(() => undefined);
      },
      isolates: (error) => !isNoFaultOfAJob(error),
    });
  }

  /** Resolves once every session of the job is stored, or parked among the dead letters. */
  async persist(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    await this.groups.add({ jobId, sessions });
  }

  /** @param since how many batches had been stored when the jobs were taken */
  private async store(sessions: readonly AcceptedSession[], since: number): Promise<void> {
    try {
      await this.write(sessions);
    } catch (error) {
      const [only, ...others] = sessions;
      const doubtful = isDoubtful(error);
      if ((isNoFaultOfAJob(error) && !doubtful) || only === undefined) throw error;
      if (others.length === 0) {
        // While nothing else is stored either, it may be the database's fault, so the queue tries again later.
        if (doubtful && this.writes === since) {
          this.logger.warn({ err: error }, DATABASE_FAILS);
          throw new DatabaseFailsError();
        }
        return this.park(only, error);
      }
      const middle = Math.ceil(sessions.length / 2);
      const halves = [sessions.slice(0, middle), sessions.slice(middle)];
      // In another order every time, so that such a session cannot stay ahead of those that could be stored.
      if (doubtful && Math.random() < 0.5) halves.reverse();
      for (const half of halves) await this.store(half, since);
    }
  }

  /** A batch that takes too long, or fails of the database, may have met a bad moment, so it gets a second one. */
  private async write(sessions: readonly AcceptedSession[]): Promise<void> {
    try {
      await this.writer.write(sessions);
    } catch (error) {
      if (!isDoubtful(error)) throw error;
      await this.writer.write(sessions);
    }
    this.writes += 1;
  }

  private async park(session: AcceptedSession, error: unknown): Promise<void> {
    await this.deadLetters.park(session, error);
    // The reason may quote what was sent, so it is kept with the letter and not in the log.
    this.logger.error(
      {
        projectId: encodeId('proj', session.projectId),
        sessionId: encodeId('sess', session.id),
        code: (error as { code?: unknown }).code,
      },
      'A session cannot be stored and is kept among the dead letters.',
    );
  }

  /** An entry that stays costs readers a look at a job that is gone, until it is swept or expires after a week. */
  private async forget(jobs: readonly Job[]): Promise<void> {
    try {
      await this.queued.release(jobs);
    } catch (err) {
      this.logger.debug({ err }, 'The entries of stored sessions could not be removed.');
    }
  }

  /** A wake-up that is lost costs a second, since the indexer also looks by itself. */
  private async wakeIndexer(): Promise<void> {
    try {
      await this.client.add(OUTBOX_READY, {}, { deduplication: { id: OUTBOX_READY } });
    } catch (err) {
      this.logger.debug({ err }, 'The indexer could not be woken up; it looks by itself within a second.');
    }
  }
}
