import { Inject, Injectable } from '@nestjs/common';
import { isDatabaseAway, LOGGER, sleep } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';

/** First and longest wait before the database is tried again; the longest bounds how late its return is noticed. */
const BACKOFF_MS = { first: 100, longest: 2000 };

/**
 * Waits while the database is away, since that is no fault of a job: the jobs under way stay under way, which keeps
 * the worker from taking more, and none of their attempts is burnt.
 *
 * States: *closed* (work runs), *open* (the database is away: work is tried again with backoff; one log line says
 * so, another that it is back), *stopping* (the process ends: work that fails is given back to the queue).
 */
@Injectable()
export class DatabaseBreaker {
  private open = false;
  private readonly stopping = new AbortController();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Runs the work until it resolves, or rejects with what is not the database being away. */
  async run(work: () => Promise<void>): Promise<void> {
    for (let wait = BACKOFF_MS.first; ; wait = Math.min(wait * 2, BACKOFF_MS.longest)) {
      try {
        await work();
        this.setOpen(false);
        return;
      } catch (error) {
        if (!isDatabaseAway(error) || this.stopping.signal.aborted) throw error;
        this.setOpen(true, error);
        await sleep(wait, this.stopping.signal);
      }
    }
  }

  /** Waits no more: from now on work that fails is given back. */
  stop(): void {
    this.stopping.abort();
  }

  private setOpen(open: boolean, err?: unknown): void {
    if (open === this.open) return;
    this.open = open;
    if (open) this.logger.warn({ err }, 'The database is away: storing waits until it is back.');
    else this.logger.info('The database is back: storing goes on.');
  }
}
