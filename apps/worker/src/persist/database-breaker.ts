import { Inject, Injectable } from '@nestjs/common';
import { isConflict, isDatabaseAway, isDeploymentFault, isLockedOut, LOGGER, sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';

/** First and longest wait before the database is tried again; the longest bounds how late its return is noticed. */
const BACKOFF_MS = { first: 100, longest: 1000 };

/** What keeps the database from storing anything, and what the log says of it. */
const TROUBLES = {
  away: 'The database is away: storing waits until it is back.',
  locked:
    'A lock that somebody else holds in the database keeps sessions from being stored: end the transaction that ' +
    'pg_stat_activity and pg_locks show. Storing waits until it is gone.',
  unfit:
    'The schema of the database or the rights in it do not fit: run `migrate`, and look at the user and the ' +
    'password in DATABASE_URL. Storing waits until they do.',
} as const;

type Trouble = keyof typeof TROUBLES;

/** Whether work failed of something that passes, or that is mended from outside, and is no fault of a job. */
export function isNoFaultOfAJob(error: unknown): boolean {
  return isDatabaseAway(error) || isDeploymentFault(error);
}

/**
 * Waits while the database can store nothing, since that is no fault of a job: the jobs under way stay under way,
 * which keeps the worker from taking more, and none of their attempts is burnt.
 *
 * States: *closed* (work runs), *away*, *locked* and *unfit* (the database cannot be reached, somebody holds a lock for
 * longer than a statement waits, or its schema or rights do not fit: work is tried again with backoff; one log line says
 * so, another that it is over), *stopping* (the process ends: work that fails is given back to the queue). Work that only
 * stood in the way of other work is repeated in silence.
 */
@Injectable()
export class DatabaseBreaker {
  private trouble: Trouble | undefined;
  private readonly stopping = new AbortController();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Runs the work until it resolves, or rejects with what may be the fault of a job. */
  async run(work: () => Promise<void>): Promise<void> {
    for (let wait = BACKOFF_MS.first; ; wait = Math.min(wait * 2, BACKOFF_MS.longest)) {
      try {
        await work();
        this.report(undefined);
        return;
      } catch (error) {
        if (!isNoFaultOfAJob(error) || this.stopping.signal.aborted) throw error;
        this.reportFailure(error);
        await sleep(wait, this.stopping.signal);
      }
    }
  }

  /** Waits no more: from now on work that fails is given back. */
  stop(): void {
    this.stopping.abort();
  }

  private reportFailure(error: unknown): void {
    if (isLockedOut(error)) this.report('locked', error);
    else if (!isConflict(error)) this.report(isDeploymentFault(error) ? 'unfit' : 'away', error);
  }

  private report(trouble: Trouble | undefined, err?: unknown): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble === undefined) this.logger.info('Storing goes on.');
    else this.logger.warn({ err }, TROUBLES[trouble]);
  }
}
