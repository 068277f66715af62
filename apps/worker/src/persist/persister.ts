import { Inject, Injectable } from '@nestjs/common';
import type { AcceptedSession } from '@sessions/contract';
import { encodeId } from '@sessions/contract';
import { AcceptedSessions, GroupCommit, OUTBOX_READY, QueueClient } from '@sessions/queue';
import { CONFIGURATION, isDatabaseAway, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { DeadLetters, SessionWriter } from '@sessions/storage';
import { DatabaseBreaker } from './database-breaker';

/** A queue job and what it carries. */
interface Job {
  jobId: string;
  sessions: readonly AcceptedSession[];
}

/** Milliseconds that a job waits for others to share a transaction with. */
const GATHER_MS = 5;

/** Transactions under way at once: one computes in the database while the next is prepared here. */
const MAX_TRANSACTIONS = 2;

/** Characters of sessions that one transaction stores, about. */
const MAX_WEIGHT = 16 * 1024 * 1024;

/**
 * Stores what the jobs carry. Several jobs share a transaction. A session that the database refuses is found by
 * splitting its batch and goes, whole, to the dead letters; the rest of its batch is stored.
 */
@Injectable()
export class Persister {
  private readonly groups: GroupCommit<Job, undefined>;

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
      maxWeight: [configuration.PERSIST_BATCH_SESSIONS, MAX_WEIGHT],
      weigh: ({ sessions }) => [
        sessions.length,
        sessions.reduce((sum, session) => sum + weightOf(session), 0),
      ],
      maxInFlight: MAX_TRANSACTIONS,
      commit: async (jobs) => {
        await this.breaker.run(() => this.store(jobs.flatMap(({ sessions }) => sessions)));
        await Promise.all([this.wakeIndexer(), this.forget(jobs)]);
        return jobs.map(() => undefined);
      },
      isolates: (error) => !isDatabaseAway(error),
    });
  }

  /** Resolves once every session of the job is stored, or parked among the dead letters. */
  async persist(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    await this.groups.add({ jobId, sessions });
  }

  private async store(sessions: readonly AcceptedSession[]): Promise<void> {
    try {
      await this.writer.write(sessions);
    } catch (error) {
      const [only, ...others] = sessions;
      if (isDatabaseAway(error) || only === undefined) throw error;
      if (others.length === 0) return this.park(only, error);
      const middle = Math.ceil(sessions.length / 2);
      await this.store(sessions.slice(0, middle));
      await this.store(sessions.slice(middle));
    }
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

  /** An entry that stays costs readers a look at a job that is gone, and ends by itself. */
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

function weightOf({ messages = [] }: AcceptedSession): number {
  return messages.reduce((sum, { content }) => sum + content.length, 500);
}
