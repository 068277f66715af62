import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { runFolder } from './run-folder';

/** Names of the queue's backends. */
export type QueueBackend = 'postgres' | 'redis';

/** Names of the search engines. */
export type SearchBackend = 'postgres' | 'meilisearch';

/** The servers of this test run. One that the machine lacks is undefined. Asking for one is noted for the report. */
export interface Backends {
  /** `url` is that of an empty database that all tests share; `createDatabase()` makes one of your own. */
  readonly postgres: { readonly url: string };
  readonly redis: { readonly url: string } | undefined;
  readonly meilisearch: { readonly url: string; readonly key: string } | undefined;
}

/** A database of a test's own. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const TEMPLATE = 'migrated_template';
const TEMPLATE_LOCK = 4_711_002;

/** The servers of this test run. */
export function backends(): Backends {
  return {
    get postgres() {
      return { url: required('TEST_RUN_POSTGRES_URL', 'postgres') };
    },
    get redis() {
      return hasRedis() ? { url: required('TEST_RUN_REDIS_URL', 'redis') } : undefined;
    },
    get meilisearch() {
      if (!hasMeilisearch()) return undefined;
      const url = required('TEST_RUN_MEILI_URL', 'meilisearch');
      return { url, key: process.env.TEST_RUN_MEILI_KEY ?? '' };
    },
  };
}

/** The queue backends that this machine has, for `describe.each`. */
export function queueBackends(): QueueBackend[] {
  return hasRedis() ? ['postgres', 'redis'] : ['postgres'];
}

/** The search engines that this machine has, for `describe.each`. */
export function searchEngines(): SearchBackend[] {
  return hasMeilisearch() ? ['postgres', 'meilisearch'] : ['postgres'];
}

/** Creates a database with the product's schema (cloned from one that is migrated once a run). */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withAdmin(async (admin) => {
    await ensureTemplate(admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      withAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** Creates a database with nothing in it, for tests of the migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `empty_${randomBytes(8).toString('hex')}`;
  await withAdmin(async (admin) => void (await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`)));
  return {
    url: urlOf(name),
    drop: () =>
      withAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function ensureTemplate(admin: Client): Promise<void> {
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const found = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (found.rowCount) return;
    const unfinished = `${TEMPLATE}_${randomBytes(4).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${unfinished} TEMPLATE template0`);
    const { migrate } = await import('@sessions/storage');
    await migrate(urlOf(unfinished));
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${TEMPLATE}`);
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function withAdmin<Result>(work: (admin: Client) => Promise<Result>): Promise<Result> {
  const admin = new Client({ connectionString: urlOf('postgres') });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(backends().postgres.url);
  url.pathname = `/${database}`;
  return url.href;
}

function hasRedis(): boolean {
  return Boolean(process.env.TEST_RUN_REDIS_URL);
}

function hasMeilisearch(): boolean {
  return Boolean(process.env.TEST_RUN_MEILI_URL);
}

function required(variable: string, backend: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: run this test in the jest project "integration".`);
  writeFileSync(join(runFolder(), 'asked', backend), '');
  return value;
}
