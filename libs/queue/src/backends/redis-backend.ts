import { SettingError, sleep } from '@sessions/runtime';
import { createRedisBackend, withBackend } from 'bullmq';
import type { Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { RedisLocator } from '../locator/redis-locator';
import type { Pattern } from '../patterns';
import { queueName } from './queue-backend';
import type { QueueBackend, WorkerSettings } from './queue-backend';

/** Milliseconds after which a producer is told that Redis does not answer. */
const COMMAND_TIMEOUT_MS = 5000;

/**
 * Milliseconds without an answer after which a connection is dropped and made anew, and those within which a new one
 * must be made: a network that stalls half-open closes nothing. A Redis that is merely slow gets the commands again,
 * which changes nothing.
 */
const SILENCE_MS = 3000;

/** Seconds that a worker waits in one command for jobs, also for delayed ones: fewer than a connection may be silent. */
const BLOCK_SECONDS = 2;

/** How long a start waits for Redis, as long as for the database, and how often it looks. */
const READY_MS = { within: 30_000, look: 50 };

/** What Redis says to a password that is wrong or missing, which does not mend itself. */
const NOT_LET_IN = /^(WRONGPASS|NOAUTH|ERR invalid password)/;

/** Settings under which Redis loses nothing that it acknowledged. */
const DURABLE = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' } as const;

const bull = withBackend((...options: Parameters<typeof createRedisBackend>) =>
  Object.defineProperty(createRedisBackend(...options), 'maximumBlockTimeout', { value: BLOCK_SECONDS }),
);

/** Jobs in Redis. Producers share one connection that fails at once while Redis is away; workers wait for it. */
export class RedisBackend implements QueueBackend {
  readonly name = 'redis';
  readonly locator: RedisLocator;
  private readonly commands: Redis;
  private blocking: Redis | undefined;
  private readonly prefix: string;
  private readonly closing = new AbortController();

  /**
   * @param url `redis://` or `rediss://`
   * @param namespace goes before every key, in a hash tag: keys that are used together must share a slot
   * @param onError is told of lost connections, and of all else that connections and workers report
   */
  constructor(
    private readonly url: string,
    private readonly namespace: string,
    private readonly onError: (error: Error) => void,
  ) {
    this.prefix = `{${namespace}}`;
    this.commands = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      reconnectOnError: isReadOnly,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectionName: 'sessions-producer',
    });
    this.commands.on('error', onError);
    this.locator = new RedisLocator(this.commands, this.prefix);
  }

  async waitUntilReady(): Promise<void> {
    const deadline = Date.now() + READY_MS.within;
    let problem: Error | undefined;
    const remember = (error: Error) => (problem = error);
    this.commands.on('error', remember);
    try {
      while (this.commands.status !== 'ready') {
        const isLate = this.closing.signal.aborted || Date.now() >= deadline;
        if (isLate || (problem && NOT_LET_IN.test(problem.message))) throw startError(this.url, problem);
        await sleep(READY_MS.look, this.closing.signal);
      }
    } finally {
      this.commands.off('error', remember);
    }
  }

  queue(pattern: Pattern): Queue {
    const queue = new bull.Queue(queueName(this.namespace, pattern), {
      connection: this.commands,
      prefix: this.prefix,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', this.onError);
    return queue;
  }

  worker(pattern: Pattern, work: (job: Job) => Promise<void>, settings: WorkerSettings): Worker {
    this.blocking ??= this.newBlockingConnection();
    const worker = new bull.Worker(queueName(this.namespace, pattern), work as (job: Job) => Promise<void>, {
      ...settings,
      drainDelay: BLOCK_SECONDS,
      connection: this.blocking,
      prefix: this.prefix,
    });
    worker.on('error', this.onError);
    return worker;
  }

  /** Managed servers may forbid to list clients. */
  async workers(pattern: Pattern): Promise<number | undefined> {
    const queue = this.queue(pattern);
    try {
      return await queue.getWorkersCount();
    } catch (error) {
      if (!isReplyError(error)) throw error;
      return undefined;
    } finally {
      await queue.close();
    }
  }

  async durabilityWarnings(): Promise<string[]> {
    const settings = await Promise.all(
      Object.entries(DURABLE).map(([setting, wanted]) => this.warningOf(setting, wanted)),
    );
    const warnings = settings.flat();
    if ((await this.memory()).most === 0) {
      warnings.push(
        'Redis has no maxmemory; set it below what the machine has, or Redis is killed where it should refuse.',
      );
    }
    return warnings;
  }

  async memoryUse(): Promise<number> {
    const { used, most } = await this.memory();
    return most === 0 ? 0 : used / most;
  }

  /** Managed servers often forbid CONFIG, which is no reason not to start. */
  private async warningOf(setting: string, wanted: string): Promise<string[]> {
    let value: string | undefined;
    try {
      [, value] = (await this.commands.config('GET', setting)) as string[];
    } catch (error) {
      if (!isReplyError(error)) throw error;
    }
    if (value === wanted) return [];
    return value === undefined
      ? [
          `Redis does not tell its ${setting}; see that it is ${wanted}, or acknowledged sessions can be lost.`,
        ]
      : [`Redis has ${setting} ${value}; set it to ${wanted}, or acknowledged sessions can be lost.`];
  }

  /** Bytes that Redis uses, and may use; 0 for no bound. */
  private async memory(): Promise<{ used: number; most: number }> {
    const info = await this.commands.info('memory');
    const bytes = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
    return { used: bytes('used_memory'), most: bytes('maxmemory') };
  }

  async check(): Promise<void> {
    await this.commands.ping();
  }

  close(): Promise<void> {
    this.closing.abort();
    this.commands.disconnect();
    this.blocking?.disconnect();
    return Promise.resolve();
  }

  private newBlockingConnection(): Redis {
    const connection = new Redis(this.url, {
      maxRetriesPerRequest: null,
      connectTimeout: SILENCE_MS,
      socketTimeout: SILENCE_MS,
      reconnectOnError: isReadOnly,
      connectionName: 'sessions-worker',
    });
    connection.on('error', this.onError);
    return connection;
  }
}

/** Whether Redis answered that it does not do what it was asked for. */
function isReplyError(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

/**
 * Whether a server refuses to write because another one has taken its place: it closes no connection, and whoever stays
 * on one is refused for ever. Redis 6 quotes what a script met within its own error.
 */
function isReadOnly({ message }: Error): boolean {
  return message.includes('READONLY ');
}

/** Says what to do about a Redis that cannot be used, without the password that its URL may hold. */
function startError(url: string, cause: (Error & { code?: unknown }) | undefined): SettingError {
  const { host } = new URL(url);
  const { message = 'no answer, or it still loads its data', code = message } = cause ?? {};
  return new SettingError(
    NOT_LET_IN.test(message)
      ? `REDIS_URL: Redis at ${host} does not let us in (${message.split(' ', 1).join()}); check user and password.`
      : `REDIS_URL: Redis at ${host} cannot be reached (${String(code)}); start it, or correct the address.`,
    { cause },
  );
}
