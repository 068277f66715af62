import { createRedisBackend, withBackend } from 'bullmq';
import type { Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { RedisLocator } from '../locator/redis-locator';
import type { Pattern } from '../patterns';
import { queueName } from './queue-backend';
import type { QueueBackend, WorkerSettings } from './queue-backend';

/** Milliseconds after which a producer is told that Redis does not answer. */
const COMMAND_TIMEOUT_MS = 5000;

/** Settings under which Redis loses nothing that it acknowledged. */
const DURABLE = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' } as const;

const bull = withBackend(createRedisBackend);

/** Jobs in Redis. Producers share one connection that fails at once while Redis is away; workers wait for it. */
export class RedisBackend implements QueueBackend {
  readonly name = 'redis';
  readonly locator: RedisLocator;
  private readonly commands: Redis;
  private blocking: Redis | undefined;
  private readonly prefix: string;

  /**
   * @param url `redis://` or `rediss://`
   * @param namespace goes before every key, in a hash tag, so that all keys share a shard of a cluster
   * @param onError is told of lost connections
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
      connectTimeout: COMMAND_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectionName: 'sessions-producer',
    });
    this.commands.on('error', onError);
    this.locator = new RedisLocator(this.commands, this.prefix);
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
      connection: this.blocking,
      prefix: this.prefix,
    });
    worker.on('error', this.onError);
    return worker;
  }

  async durabilityWarnings(): Promise<string[]> {
    const warnings: string[] = [];
    for (const [setting, wanted] of Object.entries(DURABLE)) {
      const [, value] = (await this.commands.config('GET', setting)) as string[];
      if (value !== wanted) {
        warnings.push(
          `Redis has ${setting} ${value}; set it to ${wanted}, or acknowledged sessions can be lost.`,
        );
      }
    }
    return warnings;
  }

  async memoryUse(): Promise<number> {
    const info = await this.commands.info('memory');
    const [used, most] = ['used_memory', 'maxmemory'].map((name) =>
      Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0),
    );
    return used === undefined || most === undefined || most === 0 ? 0 : used / most;
  }

  async check(): Promise<void> {
    await this.commands.ping();
  }

  close(): Promise<void> {
    this.commands.disconnect();
    this.blocking?.disconnect();
    return Promise.resolve();
  }

  private newBlockingConnection(): Redis {
    const connection = new Redis(this.url, { maxRetriesPerRequest: null, connectionName: 'sessions-worker' });
    connection.on('error', this.onError);
    return connection;
  }
}
