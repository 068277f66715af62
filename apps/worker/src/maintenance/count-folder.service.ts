import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { SessionCounts } from '@sessions/storage';

/** Between two folds. The longer, the fewer rows are updated; but a list reads all changes of its project since. */
const INTERVAL_MS = 3000;

/** While the database is away. */
const RETRY_MS = 15_000;

/** The most changes to fold in one transaction: half a second's work. */
const STEP = 50_000;

/** Keeps few changes of the counts unfolded. Any number of processes may do it: one folds while the others pass. */
@Injectable()
export class CountFolderService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly counts: SessionCounts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.runAfter(INTERVAL_MS);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private runAfter(milliseconds: number): void {
    this.timer = setTimeout(() => {
      void this.run().then((pause) => {
        if (!this.stopped) this.runAfter(pause);
      });
    }, milliseconds);
  }

  /** Resolves with the milliseconds to wait before the next run: none when there is more to fold. */
  private async run(): Promise<number> {
    try {
      const folded = await this.counts.fold(STEP);
      this.failing = false;
      return folded === STEP ? 0 : INTERVAL_MS;
    } catch (err) {
      if (!this.failing) {
        this.logger.warn(
          { err },
          'Counts of sessions could not be folded; lists stay exact, but get slower until it works.',
        );
      }
      this.failing = true;
      return RETRY_MS;
    }
  }
}
