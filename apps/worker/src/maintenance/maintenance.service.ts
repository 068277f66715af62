import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { IdempotencyKeys } from '@sessions/storage';

/** Hours that idempotency keys are kept: a day is promised, the second one is for slow clocks and late retries. */
const IDEMPOTENCY_HOURS = 48;

const INTERVAL_MS = 15 * 60_000;

/** Removes what nobody can ask for any more. Any number of processes may do it at once. */
@Injectable()
export class MaintenanceService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly idempotencyKeys: IdempotencyKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.run(), INTERVAL_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async run(): Promise<void> {
    try {
      await this.idempotencyKeys.forget(IDEMPOTENCY_HOURS);
    } catch (err) {
      this.logger.warn({ err }, 'Old idempotency keys could not be removed; the next try is in 15 minutes.');
    }
  }
}
