import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { AcceptedSessions } from '@sessions/queue';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { IdempotencyKeys } from '@sessions/storage';

/** Hours that idempotency keys are kept: a day is promised, the second one is for slow clocks and late retries. */
const IDEMPOTENCY_HOURS = 48;

const INTERVAL_MS = 15 * 60_000;

/** The first run comes within this time after the start, at random, so that workers that start together spread out. */
const FIRST_WITHIN_MS = 60_000;

/** Removes what nobody can ask for any more. Any number of processes may do it at once. */
@Injectable()
export class MaintenanceService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly queued: AcceptedSessions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.runAfter(Math.random() * FIRST_WITHIN_MS);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Runs one after the other, however long one takes. */
  private runAfter(milliseconds: number): void {
    this.timer = setTimeout(() => {
      void this.run().finally(() => {
        if (!this.stopped) this.runAfter(INTERVAL_MS);
      });
    }, milliseconds);
  }

  private async run(): Promise<void> {
    await this.attempt('idempotency keys', () => this.idempotencyKeys.forget(IDEMPOTENCY_HOURS));
    await this.attempt('entries of queued sessions', () => this.queued.sweep());
  }

  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.logger.warn({ err }, `Old ${what} could not be removed; the next try is in 15 minutes.`);
    }
  }
}
