import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { Outbox } from '@sessions/search';
import type { OutboxEntry } from '../../../libs/search/src/outbox/outbox';
import { migrate } from '@sessions/storage';
import type { DataSource } from 'typeorm';
import { Initial } from '../../../libs/storage/src/migrations/0001-initial';
import { Search } from '../../../libs/storage/src/migrations/0002-search';
import { DeadLetterOrder } from '../../../libs/storage/src/migrations/0003-dead-letters';
import { IndexTruth } from '../../../libs/storage/src/migrations/0004-index-truth';
import { SessionIndexes } from '../../../libs/storage/src/migrations/0005-session-indexes';
import { SessionCounts } from '../../../libs/storage/src/migrations/0006-session-counts';
import { createEmptyDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { eventually } from '../../support/eventually';

/** How workers wrote documents before there were segments. */
const OLD_UPSERT = `INSERT INTO search_documents (project_id, session_id, version, title, words, body, status, source, tags,
    is_archived, is_human_takeover, is_analyzed, contact_id, company_ids, product_scope_ids, created_at, last_activity_at)
  SELECT $1, unnest($2::uuid[]), '', '', '', '', 'active', 'api', '{}', false, false, false, NULL, '{}', '{}', now(), now()
  ON CONFLICT (project_id, session_id) DO UPDATE SET title = excluded.title, version = excluded.version`;

const ENQUEUE = `INSERT INTO search_outbox (project_id, session_id) SELECT $1, unnest($2::uuid[])`;

describe('the migration that puts words in segments', () => {
  const projectId = newUuid();
  let own: TestDatabase;
  let dataSource: DataSource;
  let outbox: Outbox;

  beforeEach(async () => {
    own = await createEmptyDatabase();
    dataSource = createDataSource(own.url, {
      migrations: [Initial, Search, DeadLetterOrder, IndexTruth, SessionIndexes, SessionCounts],
      poolSize: 3,
    });
    await dataSource.initialize();
    await dataSource.runMigrations();
    outbox = new Outbox(databaseOf(dataSource));
  });

  afterEach(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  /** As the version before did. */
  const claim = () =>
    dataSource
      .query<[OutboxEntry[], number]>(
        `UPDATE search_outbox SET claimed_until = now() + interval '1 minute'
         RETURNING project_id AS "projectId", session_id AS "sessionId", change::text, attempts`,
      )
      .then(([rows]) => rows);

  const queued = () =>
    dataSource.query<{ sessionId: string; change: string; isFree: boolean; attempts: number }[]>(
      `SELECT session_id AS "sessionId", change::text, claimed_until IS NULL AS "isFree", attempts
       FROM search_outbox ORDER BY session_id`,
    );

  it('queues every indexed session under a new change, also those whose batch is in flight', async () => {
    const indexed = Array.from({ length: 20 }, newUuid).sort();
    const inFlight = indexed.slice(0, 5);
    await dataSource.query(OLD_UPSERT, [projectId, indexed]);
    await dataSource.query(ENQUEUE, [projectId, inFlight]);
    await dataSource.query('UPDATE search_outbox SET attempts = 3');
    const held = await claim();
    expect(held).toHaveLength(5);

    await migrate(own.url);
    const rows = await queued();
    expect(rows.map(({ sessionId }) => sessionId)).toEqual(indexed);
    expect(rows.every(({ isFree, attempts }) => isFree && attempts === 0)).toBe(true);
    const changes = new Set(rows.map(({ change }) => change));
    expect(held.filter(({ change }) => changes.has(change))).toEqual([]);
    await outbox.complete(held);
    expect(await queued()).toHaveLength(20);
  });

  it('waits for a batch that is being written, and queues it too', async () => {
    const sessionId = newUuid();
    await dataSource.query(ENQUEUE, [projectId, [sessionId]]);
    const held = await claim();
    const writer = dataSource.createQueryRunner();
    await writer.startTransaction();
    await writer.query(OLD_UPSERT, [projectId, [sessionId]]);
    const migrating = migrate(own.url);
    await eventually(async () => {
      const [locks] = await dataSource.query<{ wanted: number }[]>(
        `SELECT count(*)::int AS wanted FROM pg_locks WHERE NOT granted AND relation = 'search_documents'::regclass`,
      );
      return locks?.wanted === 1;
    });
    await writer.commitTransaction();
    await writer.release();
    await migrating;
    await outbox.complete(held);
    expect(await queued()).toMatchObject([{ sessionId, isFree: true }]);
  });

  it('lets workers of the version before wait, not park what they index', async () => {
    await migrate(own.url);
    const written = dataSource.query(OLD_UPSERT, [projectId, [newUuid()]]);
    await expect(written).rejects.toMatchObject({ code: '42703' });
  });
});
