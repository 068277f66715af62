import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy, MessageHandler } from '@nestjs/microservices';
import { sleep, within } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import type { Job, Worker } from 'bullmq';
import { lastValueFrom } from 'rxjs';
import type { QueueBackend } from '../backends/queue-backend';
import type { Pattern } from '../patterns';
import { HeldWeight } from './held-weight';
import type { WeightLimit } from './held-weight';
import { QueueContext } from './queue-context';

/** How many jobs of a pattern a process holds at once, and how much of them. */
interface Holding {
  concurrency: number;
  limit?: WeightLimit;
}

/** Which patterns a process serves. */
export type ServedPatterns = Partial<Record<Pattern, Holding>>;

/** First and longest wait before a failed job is tried again. */
const BACKOFF_MS = { first: 200, longest: 30_000 };

/**
 * How long a worker that could not ask for jobs waits before it asks again. BullMQ's 15 s count for every connection
 * that died without a word, one after the other.
 */
const RETRY_MS = 500;

/**
 * How soon what a dead worker held is taken over: its locks end after `lockDuration`, and are looked for at every
 * `stalledInterval`, where BullMQ's defaults would hold it for a minute. A living worker that is slower than that only
 * makes a job run twice, which is harmless.
 */
const TAKE_OVER_MS = { lockDuration: 5000, stalledInterval: 1500 };

/** Times that a job may be found abandoned by a dead worker; crashes are not the job's fault, so: practically any. */
const MAX_STALLED = 1_000_000;

/** Milliseconds within which every worker must have its connections, or the start fails. */
const READY_WITHIN_MS = 30_000;

/** Milliseconds between two log lines about failed attempts, so that a fault of many jobs does not fill the log. */
const FAILURE_LOG_MS = 10_000;

/**
 * BullMQ as a transport of Nest's microservices: handlers are `@EventPattern` methods, and a job is done when its
 * handler is. A handler that rejects has its job tried again with exponential backoff.
 *
 * States: *made* → `listen` → *starting* → *serving* → `close` → *closed*. While it starts a worker that has its connections
 * takes jobs already, the others not yet. Closing takes no new jobs and waits for those under way until the deadline; what
 * is not done by then is taken over by another worker.
 */
export class QueueServer extends Server implements CustomTransportStrategy {
  /** Failures belong to BullMQ, which tries again; Nest must hand them on rather than log and forget. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly workers: Worker[] = [];
  /** Until when failed attempts are counted rather than logged, and how many were. */
  private failures = { quietUntil: 0, unreported: 0 };

  constructor(
    private readonly backend: QueueBackend,
    private readonly patterns: ServedPatterns,
    private readonly closeWithinMs: number,
    private readonly log: Pick<Logger, 'warn'>,
  ) {
    super();
  }

  /**
   * Calls back once every worker can take jobs; or else with the Error that kept one from it, or that says that a served
   * pattern has not exactly one handler, or a handler serves no pattern.
   */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(() => callback(), callback);
  }

  async close(): Promise<void> {
    const closed = new AbortController();
    const closing = Promise.all(this.workers.map((worker) => worker.close())).finally(() => closed.abort());
    await Promise.race([closing, sleep(this.closeWithinMs, closed.signal)]);
  }

  on(): never {
    throw new Error('The queue has no events to listen to; use the logs of its workers.');
  }

  unwrap<T>(): T {
    return this.workers as T;
  }

  /**
   * Waits for the workers, since BullMQ keeps the failure of a worker's first connection: such a worker never takes a
   * job, however well its server is later. A process that fails to start is started again.
   */
  private async start(): Promise<void> {
    this.requireOneHandlerEach();
    await this.backend.waitUntilReady();
    for (const [pattern, holding] of Object.entries(this.patterns)) {
      this.workers.push(this.newWorker(pattern as Pattern, holding));
    }
    await within(
      READY_WITHIN_MS,
      Promise.all(this.workers.map((worker) => worker.waitUntilReady())),
      'The queue did not answer all workers in time; see that its server is up and takes more connections.',
    );
  }

  private requireOneHandlerEach(): void {
    for (const pattern of Object.keys(this.patterns)) {
      const handler = this.getHandlers().get(pattern);
      if (handler === undefined) throw new Error(`No handler serves the pattern ${pattern}.`);
      if (handler.next !== undefined) throw new Error(`More than one handler serves the pattern ${pattern}.`);
    }
    for (const pattern of this.getHandlers().keys()) {
      if (!(pattern in this.patterns))
        throw new Error(`A handler serves ${pattern}, which is not a served pattern.`);
    }
  }

  private newWorker(pattern: Pattern, { concurrency, limit }: Holding): Worker {
    const handler = this.getHandlers().get(pattern) as MessageHandler;
    const work = (job: Job) => this.work(handler, job).finally(() => held?.release(job));
    const worker = this.backend.worker(pattern, work, {
      concurrency,
      maxStalledCount: MAX_STALLED,
      runRetryDelay: RETRY_MS,
      ...TAKE_OVER_MS,
      settings: {
        backoffStrategy: (attempts) =>
          Math.min(BACKOFF_MS.first * 2 ** Math.min(attempts - 1, 20), BACKOFF_MS.longest),
      },
    });
    const held = limit && new HeldWeight(worker, limit);
    worker.on('failed', (job, error) => this.reportFailure(pattern, job, error));
    return worker;
  }

  /** The error's own words may quote what was sent, so only its name and code are logged. */
  private reportFailure(pattern: Pattern, job: Job | undefined, error: Error): void {
    if (Date.now() < this.failures.quietUntil) {
      this.failures.unreported += 1;
      return;
    }
    const { code } = error as { code?: unknown };
    const { unreported } = this.failures;
    this.failures = { quietUntil: Date.now() + FAILURE_LOG_MS, unreported: 0 };
    this.log.warn(
      { pattern, jobId: job?.id, attempts: job?.attemptsMade, error: error.name, code, unreported },
      'A job failed and is tried again later.',
    );
  }

  private async work(handler: MessageHandler, job: Job): Promise<void> {
    const result = this.transformToObservable(await handler(job.data, new QueueContext([job])));
    await lastValueFrom(result, { defaultValue: undefined });
  }
}
