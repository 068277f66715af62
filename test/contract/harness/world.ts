import { setTimeout as sleep } from 'node:timers/promises';
import { decodeId } from '@sessions/contract';
import { Pool } from 'pg';
import { startProduct } from '../../support/product';
import type { Product, ProductOptions } from '../../support/product';
import { send } from './client';
import { CONTACT_COMPANY, SEEDS } from './seeds';
import type { Seed, SeedLabel } from './seeds';
import { createKey, createTenant } from './tenants';
import type { Tenant } from './tenants';

const TENANTS = ['main', 'library', 'other', 'empty', 'recent', 'old', 'busy'] as const;

/**
 * The projects that rows use: `main` for everything they create, `library` for the seeds (nothing else is ever
 * created in it), `other` for another customer, `empty` without sessions, `recent` and `old` for statistics, `busy`
 * for sessions that arrive while a list is read.
 */
export type TenantName = (typeof TENANTS)[number];

/** Keys of `main` beside its ordinary one. */
type KeyName = 'reader' | 'writer' | 'revoked' | 'expired';

/** The running product and what was put into it for the rows. */
export interface World {
  /** The API processes, on which the requests of a row take turns: what one accepted, all must know. */
  urls: [string, string];
  database: Pool;
  tenants: Record<TenantName, Tenant>;
  keys: Record<KeyName, string>;
  /** Ids of the seeded sessions. */
  seeds: Record<SeedLabel, string>;
  /** A session of `other`. */
  foreignSession: string;
  /** Waits until the database holds the session. */
  untilPersisted(sessionId: string): Promise<void>;
  /** Waits until what was accepted so far has had time to be stored, so that nothing late can change it. */
  untilDrained(): Promise<void>;
  /** Lets all idempotency keys be forgotten, as they are after two days. */
  forgetKeys(): Promise<void>;
  close(): Promise<void>;
}

type Seeded = Pick<World, 'tenants' | 'keys' | 'seeds' | 'foreignSession'>;

const DRAIN_MS = 500;
const SETTLE_MS = 60_000;
const YEAR_MS = 365 * 86_400_000;

/** Starts the product and creates projects, keys and seeds. Resolves when lists and searches know all of them. */
export async function createWorld(options: ProductOptions): Promise<World> {
  const product = await startProduct({ ...options, apis: 2 });
  const database = new Pool({ connectionString: product.databaseUrl, max: 2 });
  const close = async (): Promise<void> => {
    await database.end();
    await product.stop();
  };
  try {
    const seeded = await populate(product, database);
    const untilPersisted = (id: string) =>
      until(`session ${id} to be stored`, () => isStored(database, decodeId('sess', id)));
    const untilDrained = async (): Promise<void> => {
      await untilPersisted(await create(product.url, seeded.tenants.main, { name: 'marker' }));
      await sleep(DRAIN_MS);
    };
    return {
      urls: [product.url, product.urls[1] ?? product.url],
      database,
      close,
      untilPersisted,
      untilDrained,
      forgetKeys: async () => void (await database.query('DELETE FROM idempotency_keys')),
      ...seeded,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function populate(product: Product, database: Pool): Promise<Seeded> {
  const tenants = await createTenants(database);
  const { uuid } = tenants.main;
  const keys = {
    reader: await createKey(database, uuid, { scopes: ['read'] }),
    writer: await createKey(database, uuid, { scopes: ['write'] }),
    revoked: await createKey(database, uuid, { revoked: new Date(Date.now() - 60_000) }),
    expired: await createKey(database, uuid, { expires: new Date(Date.now() - 60_000) }),
  };
  const seeds = await seedLibrary(product, database, tenants.library);
  const foreignSession = await create(product.url, tenants.other, {
    name: 'Export button broken',
    messages: [{ role: 'user', content: 'The export button does nothing. Password forgotten.' }],
  });
  await seedStatistics(product.url, tenants);
  for (const tenant of Object.values(tenants)) await untilSettled(database, tenant);
  return { tenants, keys, seeds, foreignSession };
}

async function createTenants(database: Pool): Promise<Record<TenantName, Tenant>> {
  const tenants: Partial<Record<TenantName, Tenant>> = {};
  for (const name of TENANTS) tenants[name] = await createTenant(database, name);
  return tenants as Record<TenantName, Tenant>;
}

async function seedLibrary(product: Product, database: Pool, library: Tenant): Promise<World['seeds']> {
  const seeds: Partial<World['seeds']> = {};
  for (const seed of SEEDS) seeds[seed.label] = await create(product.url, library, timedBody(seed));
  await untilStored(database, library, SEEDS.length);
  await backdate(database, library, seeds as World['seeds']);
  await changeAsOtherSystemsDo(database, library, seeds as World['seeds']);
  return seeds as World['seeds'];
}

/** Gives the seeds the times that they count as created at. No system changes these, so nobody else has them indexed. */
async function backdate(database: Pool, library: Tenant, seeds: World['seeds']): Promise<void> {
  for (const { label, created } of SEEDS) {
    await database.query('UPDATE sessions SET created_at = $3 WHERE project_id = $1 AND id = $2', [
      library.uuid,
      decodeId('sess', seeds[label]),
      created,
    ]);
  }
  await database.query(
    `INSERT INTO search_outbox (project_id, session_id) SELECT project_id, id FROM sessions WHERE project_id = $1
     ON CONFLICT (project_id, session_id)
     DO UPDATE SET change = nextval('search_outbox_change')`,
    [library.uuid],
  );
  await untilSettled(database, library);
}

/** By SQL and no more, of which the index must hear by itself. */
async function changeAsOtherSystemsDo(database: Pool, library: Tenant, seeds: World['seeds']): Promise<void> {
  for (const { label, columns } of SEEDS as readonly Seed[]) {
    for (const [column, value] of Object.entries(columns ?? {})) {
      await database.query(`UPDATE sessions SET ${column} = $3 WHERE project_id = $1 AND id = $2`, [
        library.uuid,
        decodeId('sess', seeds[label as SeedLabel]),
        value,
      ]);
    }
  }
  await database.query('UPDATE contacts SET company_id = $3 WHERE project_id = $1 AND email = $2', [
    library.uuid,
    CONTACT_COMPANY.email,
    CONTACT_COMPANY.company,
  ]);
}

/** The seed's body, whose last message has the time that places the session in lists. */
function timedBody({ body, activity }: Seed): object {
  const messages = body.messages.map((message, index) =>
    index === body.messages.length - 1 ? { ...message, created_at: activity } : message,
  );
  return { ...body, messages };
}

async function seedStatistics(url: string, { recent, old }: Record<TenantName, Tenant>): Promise<void> {
  for (const [source, status] of [
    ['widget', 'active'],
    ['widget', 'closed'],
    ['slack', 'active'],
  ]) {
    await create(url, recent, { source, status });
  }
  const created_at = new Date(Date.now() - YEAR_MS).toISOString();
  await create(url, old, { messages: [{ role: 'user', content: 'Long ago.', created_at }] });
}

async function create(url: string, { projectId, key }: Tenant, body: object): Promise<string> {
  const answer = await send(url, {
    method: 'POST',
    target: `/api/sessions?projectId=${projectId}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });
  if (answer.status !== 201) throw new Error(`A seed was answered ${answer.status}: ${answer.text}`);
  return (answer.json as { session: { id: string } }).session.id;
}

function untilStored(database: Pool, { uuid }: Tenant, count: number): Promise<void> {
  return until('the seeds to be stored', async () => {
    const { rows } = await database.query<{ count: string }>(
      'SELECT count(*) FROM sessions WHERE project_id = $1',
      [uuid],
    );
    return Number(rows[0]?.count) === count;
  });
}

async function isStored(database: Pool, uuid: string | null): Promise<boolean> {
  const { rows } = await database.query('SELECT FROM sessions WHERE id = $1', [uuid]);
  return rows.length === 1;
}

/** Waits until the search engine knows everything that is stored of the project. */
function untilSettled(database: Pool, { uuid }: Tenant): Promise<void> {
  return until('the search outbox to be empty', () => isIndexed(database, uuid));
}

/** Whether nothing of the project waits for the search engine. */
export async function isIndexed(database: Pool, projectUuid: string): Promise<boolean> {
  const { rows } = await database.query('SELECT FROM search_outbox WHERE project_id = $1 LIMIT 1', [
    projectUuid,
  ]);
  return rows.length === 0;
}

/** Waits for something to become true. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${SETTLE_MS / 1000} s for ${what}.`);
    await sleep(50);
  }
}
