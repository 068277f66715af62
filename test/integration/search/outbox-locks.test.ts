import { newUuid } from '@sessions/contract';
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
});

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
