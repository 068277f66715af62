import { isLockedOut, lacksRight, SettingError } from '@sessions/runtime';
import type { Database, LostConnections } from '@sessions/runtime';
import {
  assertSchemaCompatibility,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  PostgresConnection,
  runMigrations,
  SchemaMigrationRequiredError,
  withBackend,
} from 'bullmq';
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

/** Less, so that the server does not go on waiting for a lock that nobody here waits for any more. */
const LOCK_TIMEOUT_MS = 4000;

/** Connections of each queue and worker, beside the one that listens. */
const POOL_SIZE = 10;

/** Bytes that Postgres keeps of a connection's name. */
const NAME_BYTES = 63;

const SCHEMA_IN_USE =
  'DATABASE_URL: somebody holds the tables of the queue, such as a backup, so that they cannot be brought up to date: ' +
  'start again when that is done.';
const NO_RIGHTS =
  'DATABASE_URL: the user may not make the schema bullmq of the queue, or bring it up to date: grant it CREATE on the ' +
  'database, and have it own that schema.';

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

  /**
   * Makes BullMQ's schema, or brings it up to date. Whether the server answers, and lets us in, the database's own start
   * has seen to.
   */
  async waitUntilReady(): Promise<void> {
    const client = new QueueConnection({ ...this.connection(), lock_timeout: LOCK_TIMEOUT_MS });
    await client.connect();
    try {
      if (!(await isCurrent(client))) await runMigrations(client);
    } catch (error) {
      if (isLockedOut(error)) throw new SettingError(SCHEMA_IN_USE, { cause: error });
      if (lacksRight(error)) throw new SettingError(NO_RIGHTS, { cause: error });
      throw error;
    } finally {
      await client.end();
    }
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
      migrate: false,
    };
  }
}

/**
 * Looks before anything is migrated: `runMigrations`, which each queue and worker would do as it opens, alters its table
 * even where nothing is due. While a backup held that no process could start, nor without the right to make schemas.
 */
async function isCurrent(client: Client): Promise<boolean> {
  try {
    return (await assertSchemaCompatibility(client)) >= LATEST_SCHEMA_VERSION;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return false;
    throw error;
  }
}
