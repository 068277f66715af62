import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { unavailable } from '@sessions/contract';
import { QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import { CONFIGURATION, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';

/** How often the depth of the queue is read. */
const INTERVAL_MS = 500;

/** Seconds after which a client that was refused should try again. */
const RETRY_AFTER_SECONDS = 5;

/**
 * Keeps an eye on how many jobs wait, so that a full queue is said rather than suffered. Between two readings the
 * mark can be overrun by what arrives within half a second.
 */
@Injectable()
export class BacklogGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly queue: QueueClient,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.read(), INTERVAL_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @throws ApiError 503 while more jobs wait than `INGEST_MAX_BACKLOG` allows. */
  requireRoom(): void {
    if (this.waiting < this.configuration.INGEST_MAX_BACKLOG) return;
    throw unavailable('Too many sessions wait to be stored; send this one again later.', RETRY_AFTER_SECONDS);
  }

  private async read(): Promise<void> {
    try {
      this.waiting = await this.queue.backlog(SESSIONS_ACCEPTED);
    } catch (err) {
      this.logger.debug({ err }, 'The depth of the queue could not be read.');
    }
  }
}
