import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntitySchema } from 'typeorm';
import type { LostConnections } from './lost-connections';

/** What a data source may differ in. */
export interface DataSourceSettings {
  /** Entity classes it knows; none are needed for hand-written SQL. */
  entities?: (abstract new (...args: never[]) => object)[] | EntitySchema[];
  /** Migration classes it may run. */
  migrations?: (new () => object)[];
  /** Most connections it opens. Default 10. */
  poolSize?: number;
  /** Milliseconds after which a statement without an answer fails. Default none, as migrations may take long. */
  statementTimeoutMs?: number;
  /** Milliseconds after which a statement that waits for a lock fails. Default half of a statement's, or none. */
  lockTimeoutMs?: number;
  /** Watches over the connections, in processes that live long. */
  watch?: Pick<LostConnections, 'openSocket' | 'applicationName'>;
}

/** Milliseconds to wait for a connection before the caller is told that the database is away. */
const CONNECT_TIMEOUT_MS = 5000;

/** What this side waits longer than the server, so that a statement that took too long is told from a stalled server. */
const ANSWER_MS = 1000;

/**
 * How long a client may say nothing in a transaction, whose locks others wait for. Between two statements a process
 * only computes; a client that the network lost says nothing ever again.
 */
const IDLE_IN_TRANSACTION_MS = 5000;

/** Times are read in this form, whatever the database or the role prefers. */
const DATE_STYLE = '-c DateStyle=ISO';

/** Seconds after which the server asks a silent client's machine whether it is there, how often, and how many times. */
const KEEPALIVE = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/** The options of every data source of the product, so that all of them name themselves and give up alike. */
export function dataSourceOptions(url: string, settings: DataSourceSettings = {}): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: settings.entities ?? [],
    migrations: settings.migrations ?? [],
    poolSize: settings.poolSize ?? 10,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    applicationName: settings.watch?.applicationName ?? 'sessions-api',
    migrationsTableName: 'schema_migrations',
    installExtensions: false,
    logging: false,
    extra: {
      ...serverOptions(settings),
      ...(settings.watch === undefined ? {} : { stream: settings.watch.openSocket }),
    },
  };
}

/**
 * A server that stalls half-open answers nothing and closes nothing, so this side must give up; and the server must
 * give up on a client that went away in a transaction, or its locks would stay. Who waits for such a lock gives up before
 * the statement's own time is over, so that the wait is never taken for a fault of what is to be stored.
 */
function serverOptions({ statementTimeoutMs: milliseconds, lockTimeoutMs }: DataSourceSettings): object {
  const always = { keepAlive: true, options: `${DATE_STYLE} ${KEEPALIVE}` };
  if (milliseconds === undefined) return { ...always, lock_timeout: lockTimeoutMs };
  return {
    ...always,
    lock_timeout: lockTimeoutMs ?? Math.ceil(milliseconds / 2),
    query_timeout: milliseconds + ANSWER_MS,
    statement_timeout: milliseconds,
    idle_in_transaction_session_timeout: Math.min(milliseconds, IDLE_IN_TRANSACTION_MS),
  };
}

/** A data source on Postgres, not connected yet. */
export function createDataSource(url: string, settings: DataSourceSettings = {}): DataSource {
  return new DataSource(dataSourceOptions(url, settings));
}
