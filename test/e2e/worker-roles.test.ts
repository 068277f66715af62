import { Client } from 'pg';
import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, QUEUES } from './api-client';

describe.each(QUEUES)('workers that have one role each, with the queue on $queue', (profile) => {
  let product: Product;
  let client: ApiClient;
  let database: Client;

  beforeAll(async () => {
    product = await startProduct({ ...profile, workers: 0, settings: { SEARCH_PENDING_SESSIONS: '0' } });
    client = new ApiClient(product);
    database = new Client({ connectionString: product.databaseUrl });
    await database.connect();
  }, 60_000);
  afterAll(async () => {
    await database.end();
    await product.stop();
  }, 60_000);

  const rows = async (table: string) => (await database.query(`SELECT FROM ${table}`)).rowCount;

  /** Runs a worker until it has done something. */
  async function work(role: string, isDone: () => Promise<boolean>): Promise<void> {
    const worker = await product.start('worker', { WORKER_ROLES: role });
    await eventually(isDone);
    await expect(worker.end()).resolves.toBe(0);
  }

  it('do the work of their role and leave the rest to others', async () => {
    await client.create({ name: 'Band', messages: [{ role: 'user', content: 'a xylophone' }] });
    await database.query(`INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
      VALUES (gen_random_uuid(), 'web', 0, '2026-01-01', 1)`);
    await work('maintenance', async () => (await rows('session_count_deltas')) === 0);
    expect(await rows('session_counts')).toBeGreaterThan(0);
    expect(await rows('sessions')).toBe(0);

    const search = async () => {
      const { headers, content } = await client.list('search=xylophone');
      return { behind: headers.get('x-search-behind'), total: content.total };
    };
    await work('persist', async () => (await rows('sessions')) === 1);
    expect(await rows('search_outbox')).toBe(1);
    expect(await search()).toEqual({ behind: '1', total: 0 });

    await work('index', async () => (await rows('search_outbox')) === 0);
    expect(await search()).toEqual({ behind: null, total: 1 });
  }, 60_000);
});
