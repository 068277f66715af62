import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { migrate, SessionReader } from '@sessions/storage';
import { Initial } from '../../../libs/storage/src/migrations/0001-initial';
import { Search } from '../../../libs/storage/src/migrations/0002-search';
import { DeadLetterOrder } from '../../../libs/storage/src/migrations/0003-dead-letters';
import { IndexTruth } from '../../../libs/storage/src/migrations/0004-index-truth';
import { createEmptyDatabase } from '../../support/backends';

/** Sessions as the schema before the counts took them; every third is closed, every fifth archived. */
const INSERT = `INSERT INTO sessions (project_id, id, status, source, session_type, user_metadata, custom_fields, tags,
    linked_entities, message_count, is_archived, last_activity_at, created_at, updated_at, version)
  SELECT $1, gen_random_uuid(), CASE WHEN i % 3 = 0 THEN 'closed' ELSE 'active' END, 'api', 'chat', '{}', '{}', '{bug}',
    '{}', 0, i % 5 = 0, now(), timestamptz '2026-01-01' + i * interval '1 hour', now(), 1
  FROM generate_series(1, $2::int) AS i`;

describe('the migration that begins to count', () => {
  it('counts what is stored already, and what is written while it runs', async () => {
    const own = await createEmptyDatabase();
    const dataSource = createDataSource(own.url, {
      migrations: [Initial, Search, DeadLetterOrder, IndexTruth],
      poolSize: 6,
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    const projectId = newUuid();
    await dataSource.query(INSERT, [projectId, 300]);

    let migrated = false;
    const migrating = migrate(own.url).finally(() => (migrated = true));
    let written = 300;
    const writers = Array.from({ length: 3 }, async () => {
      do {
        await dataSource.query(INSERT, [projectId, 30]);
        written += 30;
      } while (!migrated);
    });
    await Promise.all([migrating, ...writers]);

    const reader = new SessionReader(databaseOf(dataSource));
    const total = async (filters: object) =>
      (await reader.list(projectId, { showArchived: true, ...filters }, { limit: 1, offset: 0 })).total;
    expect(await total({})).toBe(written);
    expect(await total({ status: 'closed' })).toBe(written / 3);
    expect(await total({ showArchived: false, tags: ['bug'] })).toBe((written / 5) * 4);
    expect(await total({ dateTo: Date.parse('2026-01-02T00:00:00.000Z') - 1, tags: ['wins'] })).toBe(0);
    await dataSource.destroy();
    await own.drop();
  });
});
