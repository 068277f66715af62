import type { Database, LostConnections } from '@sessions/runtime';
import { createPostgresBackend, PostgresConnection, withBackend } from 'bullmq';
import type { Job, Queue, Worker } from 'bullmq';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { PostgresLocator } from '../locator/postgres-locator';
import type { Pattern } from '../patterns';
import { PostgresWorkerBackend } from './postgres-worker-backend';
import { queueName } from './queue-backend';
import type { QueueBackend, WorkerSettings } from './queue-backend';

/**
 * Milliseconds after which a statement, or an attempt to connect, is given up. A server that is gone says so at once;
 * this is for one that stalls, and long enough for one that is merely busy.
 */
const TIMEOUT_MS = 5000;

/** Connections of each queue and worker, beside the one that listens. */
const POOL_SIZE = 10;

/** Bytes that Postgres keeps of a connection's name. */
const NAME_BYTES = 63;

const bull = withBackend(createPostgresBackend);

/** A worker listens on a connection that is named after its queue, as BullMQ finds workers by. */
const bullWorker = withBackend(
  (name: string, options: Parameters<typeof createPostgresBackend>[1]) =>
    new PostgresWorkerBackend(new PostgresConnection(options.connection), name, options, true, name),
);

/**
 * A connection that breaks between two statements of a transaction says so by an event, which would end the process,
 * since BullMQ listens to idle connections only. The next statement rejects, which is all that has to happen.
 */
class QueueConnection extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

/** Jobs in Postgres, in a schema of BullMQ's own beside the sessions. */
export class PostgresBackend implements QueueBackend {
  readonly name = 'postgres';
  readonly locator: PostgresLocator;

  /**
   * @param url `postgres://`
   * @param namespace goes before every queue's name
   * @param onError is told of lost connections, and of all else that connections and workers report
   * @param watch over the connections, in processes that live long
   */
  constructor(
    private readonly url: string,
    private readonly namespace: string,
    private readonly database: Database,
    private readonly onError: (error: Error) => void,
    private readonly watch?: Pick<LostConnections, 'openSocket' | 'applicationName'>,
  ) {
    this.locator = new PostgresLocator(database);
  }

  /** The database's own start waits for the server, and says what is wrong. */
  waitUntilReady(): Promise<void> {
    return this.check();
  }

  queue(pattern: Pattern): Queue {
    const queue = new bull.Queue(queueName(this.namespace, pattern), {
      connection: this.connection(),
    });
    queue.on('error', this.onError);
    return queue as unknown as Queue;
  }

  worker(pattern: Pattern, work: (job: Job) => Promise<void>, settings: WorkerSettings): Worker {
    const worker = new bullWorker.Worker(
      queueName(this.namespace, pattern),
      work as (job: Job) => Promise<void>,
      {
        ...settings,
        connection: this.connection(),
      },
    );
    worker.on('error', this.onError);
    return worker as unknown as Worker;
  }

  /** BullMQ's own count knows nothing of names that Postgres has cut. */
  async workers(pattern: Pattern): Promise<number> {
    const { rows } = await this.database.query<{ workers: number }>(
      `SELECT count(*)::int AS workers FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1`,
      [queueName(this.namespace, pattern).slice(0, NAME_BYTES)],
    );
    return rows[0]?.workers ?? 0;
  }

  async durabilityWarnings(): Promise<string[]> {
    const { rows } = await this.database.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off'`,
    );
    return rows.map(
      ({ name }) => `Postgres has ${name} off; set it to on, or acknowledged sessions can be lost.`,
    );
  }

  memoryUse(): Promise<number> {
    return Promise.resolve(0);
  }

  async check(): Promise<void> {
    await this.database.query('SELECT 1');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private connection() {
    return {
      connectionString: this.url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      ...(this.watch === undefined ? {} : { stream: this.watch.openSocket }),
      Client: QueueConnection,
      application_name: this.watch?.applicationName ?? 'sessions-queue',
      max: POOL_SIZE,
      migrate: true,
    };
  }
}
