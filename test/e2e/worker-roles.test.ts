import { eventually } from '../support/eventually';
import { ApiClient, QUEUES } from './api-client';
import { useProduct } from './product-suite';

describe.each(QUEUES)('workers that have one role each, with the queue on $queue', (profile) => {
  const given = useProduct({ ...profile, workers: 0, settings: { SEARCH_PENDING_SESSIONS: '0' } });
  let client: ApiClient;

  beforeAll(() => (client = new ApiClient(given.product)));

  const rows = async (table: string) => (await given.database.query(`SELECT FROM ${table}`)).rowCount;

  /** Runs a worker until it has done something. */
  async function work(role: string, isDone: () => Promise<boolean>): Promise<void> {
    const worker = await given.product.start('worker', { WORKER_ROLES: role });
    await eventually(isDone);
    await expect(worker.end()).resolves.toBe(0);
  }

  it('do the work of their role and leave the rest to others', async () => {
    await client.create({ name: 'Band', messages: [{ role: 'user', content: 'a xylophone' }] });
    await given.database.query(`INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
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
