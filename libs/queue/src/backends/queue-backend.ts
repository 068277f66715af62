import type { Job, JobsOptions, Queue, Worker, WorkerOptions } from 'bullmq';
import type { SessionLocator } from '../locator/session-locator';
import type { Pattern } from '../patterns';

/** What a worker is made with beside its connection. */
export type WorkerSettings = Pick<
  WorkerOptions,
  'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount' | 'runRetryDelay' | 'settings'
>;

/** The options of a job that this product uses. */
export type JobSettings = Pick<JobsOptions, 'jobId' | 'deduplication'>;

/** Where BullMQ keeps its jobs: Redis or Postgres. */
export interface QueueBackend {
  /** `redis` or `postgres`, for operators. */
  readonly name: 'redis' | 'postgres';
  /**
   * Resolves once the server takes commands. A Redis that is away is waited for, for half a minute; Postgres is asked once,
   * since the database's own start has waited for it, and gets BullMQ's tables, which `queue` and `worker` need.
   *
   * @throws SettingError when Redis stays away, or does not let us in, or when those tables cannot be made or brought up to
   * date; pg's own error when Postgres is away
   */
  waitUntilReady(): Promise<void>;
  /** The queue of a pattern. Commands on it fail at once when the backend is away, rather than wait. */
  queue(pattern: Pattern): Queue;
  /** A worker on the queue of a pattern, which takes jobs as soon as it has its connections. */
  worker(pattern: Pattern, work: (job: Job) => Promise<void>, settings: WorkerSettings): Worker;
  /** Where accepted sessions are found while they wait. */
  readonly locator: SessionLocator;
  /** Sentences for operators on server settings that promise less than durable acceptance; none when all is well. */
  durabilityWarnings(): Promise<string[]>;
  /** Workers of all processes that take jobs of the pattern; undefined when the backend does not tell. */
  workers(pattern: Pattern): Promise<number | undefined>;
  /** Share of the backend's memory that is used, from 0 to 1; 0 when it has no bound. */
  memoryUse(): Promise<number>;
  /** Rejects when the backend cannot take jobs. */
  check(): Promise<void>;
  /** Closes the connections that the backend itself opened. Queues and workers are closed by whoever made them. */
  close(): Promise<void>;
}

/** Injection token of the backend that the configuration chose. */
export const QUEUE_BACKEND = Symbol('QUEUE_BACKEND');

/** The name under which a pattern's jobs are kept. BullMQ forbids `:` in it. */
export function queueName(namespace: string, pattern: Pattern): string {
  return `${namespace}.${pattern}`;
}
