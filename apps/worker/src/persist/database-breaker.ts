import { Inject, Injectable } from '@nestjs/common';
import { isConflict, isDatabaseAway, isDeploymentFault, isLockedOut, LOGGER, sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';

/** First and longest wait before the database is tried again; the longest bounds how late its return is noticed. */
const BACKOFF_MS = { first: 100, longest: 1000 };

/** What keeps the database from storing anything, and what the log says of it. */
const TROUBLES = {
  away: 'The database is away: storing waits until it is back.',
  unfit:
    'The schema of the database or the rights in it do not fit: run `migrate`, and look at the user and the ' +
    'password in DATABASE_URL. Storing waits until they do.',
} as const;

const LOCKED_OUT =
  'A lock that somebody else holds in the database keeps some sessions from being stored until it is gone: end the ' +
  'transaction that pg_locks and pg_stat_activity show.';

type Trouble = keyof typeof TROUBLES;

/** Whether work failed of something that passes, or that is mended from outside, and is no fault of a job. */
export function isNoFaultOfAJob(error: unknown): boolean {
  return isDatabaseAway(error) || isDeploymentFault(error);
}

/**
 * Waits while the database can store nothing, since that is no fault of a job: the jobs under way stay under way,
 * which keeps the worker from taking more, and none of their attempts is burnt.
 *
 * States: *closed* (work runs), *away* and *unfit* (the database cannot be reached, or its schema or rights do not
 * fit: work is tried again with backoff; one log line says so, another that it is over), *stopping* (the process ends:
 * work that fails is given back to the queue). In any of them, work may be *locked out* by whoever holds a row that it
 * needs for longer than a statement waits, while other work runs: that has two log lines of its own. Work that only stood
 * in the way of other work is repeated in silence.
 */
@Injectable()
export class DatabaseBreaker {
  private trouble: Trouble | undefined;
  /** How much work is locked out. */
  private lockedOut = 0;
  private readonly stopping = new AbortController();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Runs the work until it resolves, or rejects with what may be the fault of a job. */
  async run(work: () => Promise<void>): Promise<void> {
    let isLocked = false;
    try {
      for (let wait = BACKOFF_MS.first; ; wait = Math.min(wait * 2, BACKOFF_MS.longest)) {
        try {
          await work();
          this.report(undefined);
          return;
        } catch (error) {
          if (!isNoFaultOfAJob(error) || this.stopping.signal.aborted) throw error;
          if (isLockedOut(error) && !isLocked) {
            isLocked = true;
            this.reportLocked(1, error);
          } else if (!isConflict(error)) this.report(isDeploymentFault(error) ? 'unfit' : 'away', error);
          await sleep(wait, this.stopping.signal);
        }
      }
    } finally {
      if (isLocked) this.reportLocked(-1);
    }
  }

  /** Waits no more: from now on work that fails is given back. */
  stop(): void {
    this.stopping.abort();
  }

  private reportLocked(change: 1 | -1, err?: unknown): void {
    this.lockedOut += change;
    if (change === 1 && this.lockedOut === 1) this.logger.warn({ err }, LOCKED_OUT);
    else if (this.lockedOut === 0 && !this.stopping.signal.aborted)
      this.logger.info('No lock keeps sessions from being stored any more.');
  }

  private report(trouble: Trouble | undefined, err?: unknown): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble === undefined) this.logger.info('The database is back: storing goes on.');
    else this.logger.warn({ err }, TROUBLES[trouble]);
  }
}
