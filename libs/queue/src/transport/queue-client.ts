import { ClientProxy } from '@nestjs/microservices';
import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import type { Queue } from 'bullmq';
import type { JobSettings, QueueBackend } from '../backends/queue-backend';
import type { Pattern, Patterns } from '../patterns';

/** Failures after which a job is given up. By then whatever could be stored is, and the rest is a dead letter. */
const ATTEMPTS = 1_000_000;

/** Data of a packet together with settings of its job. */
export class QueueRecord<Data> {
  constructor(
    readonly data: Data,
    readonly settings: JobSettings,
  ) {}
}

/**
 * BullMQ as a client of Nest's microservices: `emit(pattern, data)` puts a job into the pattern's queue and completes
 * when the queue has it on disk. There are no replies, so `send` is refused.
 */
export class QueueClient extends ClientProxy {
  private readonly queues = new Map<Pattern, Queue>();

  constructor(private readonly backend: QueueBackend) {
    super();
  }

  /**
   * Opens the queues that this process will put jobs into.
   *
   * @throws SettingError as `QueueBackend.waitUntilReady`
   */
  async connect(...patterns: Pattern[]): Promise<void> {
    await this.backend.waitUntilReady();
    await Promise.all(patterns.map((pattern) => this.queue(pattern).waitUntilReady()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  unwrap<T>(): T {
    return this.queues as T;
  }

  /** Puts one job into a pattern's queue; resolves when the queue has it on disk. */
  async add<Name extends Pattern>(
    pattern: Name,
    data: Patterns[Name],
    settings: JobSettings = {},
  ): Promise<void> {
    await this.queue(pattern).add(pattern, data, {
      ...settings,
      attempts: ATTEMPTS,
      // BullMQ would keep that of every attempt with the job.
      stackTraceLimit: 1,
      backoff: { type: 'exponential-capped' },
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  /** The jobs' data, for those of the jobs that still exist. */
  async read<Name extends Pattern>(pattern: Name, jobIds: readonly string[]): Promise<Patterns[Name][]> {
    const jobs = await Promise.all(jobIds.map((jobId) => this.queue(pattern).getJob(jobId)));
    return jobs.flatMap((job) => (job === undefined ? [] : [job.data as Patterns[Name]]));
  }

  /** Those of the jobs that do not exist, looked at one after the other. */
  async missing(pattern: Pattern, jobIds: readonly string[]): Promise<string[]> {
    const gone: string[] = [];
    for (const jobId of jobIds) {
      if ((await this.queue(pattern).getJobState(jobId)) === 'unknown') gone.push(jobId);
    }
    return gone;
  }

  /** Jobs of the pattern that wait or are under way. */
  async backlog(pattern: Pattern): Promise<number> {
    const counts = await this.queue(pattern).getJobCounts('wait', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  protected publish(_packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    callback({ err: new Error('The queue carries events only: use emit.') });
    return () => undefined;
  }

  protected async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    const pattern = packet.pattern as Pattern;
    const record: unknown = packet.data;
    if (record instanceof QueueRecord) await this.add(pattern, record.data as never, record.settings);
    else await this.add(pattern, record as never);
    return undefined as T;
  }

  private queue(pattern: Pattern): Queue {
    const known = this.queues.get(pattern);
    if (known !== undefined) return known;
    const queue = this.backend.queue(pattern);
    this.queues.set(pattern, queue);
    void this.dropUnlessReady(pattern, queue);
    return queue;
  }

  /** BullMQ keeps the failure of a queue's first connection, so whoever needs the queue next gets another one. */
  private async dropUnlessReady(pattern: Pattern, queue: Queue): Promise<void> {
    try {
      await queue.waitUntilReady();
    } catch {
      // Whoever uses the queue is told: each of its commands rejects with this error.
      if (this.queues.get(pattern) === queue) this.queues.delete(pattern);
      await queue.close().catch((error: unknown) => queue.emit('error', error as Error));
    }
  }
}
