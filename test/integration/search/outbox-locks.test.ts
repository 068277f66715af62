import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { Outbox } from '@sessions/search';
import type { DataSource } from 'typeorm';
import type { OutboxEntry } from '../../../libs/search/src/outbox/outbox';
import { queueForIndexing } from '../../../libs/storage/src/sessions/session-writes';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';

const SESSIONS = 300;
const TIMES = 25;

describe('the rows of the outbox', () => {
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url).initialize();
    database = databaseOf(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  it('are written, prolonged, given back and deleted at once without anyone waiting in a circle', async () => {
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
      repeat(() => queueForIndexing(database, shuffled(keys))),
      repeat(() => queueForIndexing(database, shuffled(keys))),
      repeat(async () => outbox.complete(await current())),
      repeat(async () => outbox.renew(await current(), 1000)),
      repeat(async () => outbox.release(await current())),
    ]);
  });
});

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
