import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { unavailable } from '@sessions/contract';
import { QUEUE_BACKEND, QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import { CONFIGURATION, LOGGER, within } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';

/** How often the queue is looked at, and after which time without an answer it counts as away. */
const INTERVAL_MS = 500;
const ANSWER_WITHIN_MS = 2000;
const TOO_LATE = `The queue did not answer within ${ANSWER_WITHIN_MS} ms.`;

/** Seconds after which a client should try again: soon when the queue is away, later when it has to be worked off. */
const RETRY_AWAY_SECONDS = 1;
const RETRY_FULL_SECONDS = 5;

/**
 * Keeps an eye on the queue, so that a full one or one that is away is said at once rather than suffered by every
 * request. Between two looks a mark can be overrun by what arrives within half a second.
 *
 * States: *room* (sessions are taken), *full* (too many jobs wait, or too little memory is left), *away* (the queue
 * does not answer). One log line a change.
 */
@Injectable()
export class BacklogGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  private state: 'room' | 'full' | 'away' = 'room';
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private answered: () => void = () => undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    private readonly queue: QueueClient,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), INTERVAL_MS);
    void this.look();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Has a listener told whenever the queue answered a look. */
  onAnswer(listener: () => void): void {
    this.answered = listener;
  }

  /** @throws ApiError 503 while the queue is full or away */
  requireRoom(): void {
    if (this.state === 'full') {
      throw unavailable(
        'Too many sessions wait to be stored; send this one again later.',
        RETRY_FULL_SECONDS,
      );
    }
    if (this.state === 'away') {
      throw unavailable(
        'The queue cannot be reached right now; send it again in a moment.',
        RETRY_AWAY_SECONDS,
      );
    }
  }

  /** One look at a time, so that a late answer never stands for a newer one. */
  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const { waiting, memory } = await within(ANSWER_WITHIN_MS, this.measure(), TOO_LATE);
      this.answered();
      const { INGEST_MAX_BACKLOG, INGEST_MAX_MEMORY_PERCENT } = this.configuration;
      const full = waiting >= INGEST_MAX_BACKLOG || memory * 100 >= INGEST_MAX_MEMORY_PERCENT;
      this.change(full ? 'full' : 'room', { waiting, memory });
    } catch (err) {
      this.change('away', { err });
    } finally {
      this.looking = false;
    }
  }

  private async measure(): Promise<{ waiting: number; memory: number }> {
    const [waiting, memory] = await Promise.all([
      this.queue.backlog(SESSIONS_ACCEPTED),
      this.backend.memoryUse(),
    ]);
    return { waiting, memory };
  }

  private change(state: BacklogGauge['state'], facts: object): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'room') this.logger.info(facts, 'The queue has room again: sessions are taken.');
    else this.logger.warn(facts, `The queue is ${state}: sessions are refused with 503 until that changes.`);
  }
}
