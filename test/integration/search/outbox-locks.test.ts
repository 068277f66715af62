import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { Outbox } from '@sessions/search';
import type { OutboxEntry } from '../../../libs/search/src/outbox/outbox';
import { queueForIndexing } from '../../../libs/storage/src/sessions/session-writes';
import { useDatabase } from './database-suite';

const SESSIONS = 300;
const TIMES = 25;

describe('the rows of the outbox', () => {
  const given = useDatabase();

  it('are written, prolonged, given back and deleted at once without anyone waiting in a circle', async () => {
    const { database } = given;
    const projectId = newUuid();
    const keys = Array.from({ length: SESSIONS }, () => ({ projectId, id: newUuid() }));
    const outbox = new Outbox(database);
    const current = async (): Promise<OutboxEntry[]> => {
      const { rows } = await database.query<OutboxEntry>(
        `SELECT project_id AS "projectId", session_id AS "sessionId", change::text, attempts FROM search_outbox`,
      );
      return shuffled(rows);
    };
    const repeat = async (work: () => Promise<unknown>): Promise<void> => {
      for (let time = 0; time < TIMES; time++) await work();
    };
    await queueForIndexing(database, keys);
    await Promise.all([
      repeat(() => queueForIndexing(database, someOf(keys))),
      repeat(() => queueForIndexing(database, someOf(keys))),
      repeat(async () => outbox.complete(await current())),
      repeat(async () => outbox.renew(await current(), 1000)),
      repeat(async () => outbox.release(await current())),
    ]);
  });

  it('are completed though their leases are prolonged at that moment', async () => {
    const { database } = given;
    const key = { projectId: newUuid(), id: newUuid() };
    await database.query('TRUNCATE search_outbox');
    await queueForIndexing(database, [key]);
    const outbox = new Outbox(database);
    const entries = await outbox.claim(1, 60_000);
    let completed: Promise<void> | undefined;
    await database.transaction(async (connection) => {
      await connection.query(`UPDATE search_outbox SET claimed_until = claimed_until + interval '1 second'`);
      completed = outbox.complete(entries);
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await completed;
    const { rows } = await database.query('SELECT FROM search_outbox');
    expect(rows).toEqual([]);
  });

  it('are each looked up once, though the table was nearly empty when Postgres last counted them', async () => {
    const { database } = given;
    const projectId = newUuid();
    const keys = (count: number) => Array.from({ length: count }, () => ({ projectId, id: newUuid() }));
    await database.query('TRUNCATE search_outbox');
    await queueForIndexing(database, keys(5000));
    await database.query('DELETE FROM search_outbox WHERE change < (SELECT max(change) FROM search_outbox)');
    await database.query('VACUUM ANALYZE search_outbox');
    await queueForIndexing(database, keys(999));
    const outbox = new Outbox(database);
    const entries = await outbox.claim(1000, 60_000);
    expect(entries).toHaveLength(1000);
    for (const change of [
      () => outbox.renew(entries, 60_000),
      () => outbox.divide(entries),
      () => outbox.release(entries),
      () => outbox.complete(entries),
    ]) {
      const before = await rowsRead(database);
      await change();
      const read = (await rowsRead(database)) - before;
      expect(read).toBeGreaterThanOrEqual(1000);
      expect(read).toBeLessThan(10_000);
    }
    expect(await outbox.holdsUnclaimed(1)).toBe(false);
  });
});

/** How many rows of the outbox were read so far, on the one connection that is in use. */
async function rowsRead(database: Database): Promise<number> {
  await database.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await database.query<{ read: number }>(
    `SELECT (seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_user_tables WHERE relname = 'search_outbox'`,
  );
  return rows[0]?.read ?? 0;
}

/** Half of them, in any order. */
function someOf<Item>(items: readonly Item[]): Item[] {
  return shuffled(items).slice(0, items.length / 2);
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
