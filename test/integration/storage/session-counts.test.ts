import { newUuid, SESSION_SOURCES, SESSION_TAGS } from '@sessions/contract';
import type { SessionStatus } from '@sessions/contract';
import type { Database, Queryable } from '@sessions/runtime';
import { SessionCounts, SessionReader, SessionStats, SessionWriter } from '@sessions/storage';
import type { SessionFilters } from '@sessions/storage';
import fc from 'fast-check';
import { REBUILD_LOCK } from '../../../libs/search/src/truth/index-rebuild';
import { readDeepPage } from '../../../libs/storage/src/sessions/session-deep-page';
import { Values, whereSessions } from '../../../libs/storage/src/sessions/session-filters';
import { readPage } from '../../../libs/storage/src/sessions/session-page';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** Something that happens to the sessions of a project. Records are of an external system, so that they can repeat. */
type Step =
  | {
      does: 'write';
      sessions: { record: number; at: number; source: number; tag: number; closed: boolean }[];
    }
  | { does: 'change'; column: string; below: number }
  | { does: 'delete'; below: number }
  | { does: 'fold'; most: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('write' as const),
    sessions: fc.array(
      fc.record({
        record: fc.nat(60),
        at: fc.oneof(
          fc.nat(70).map((day) => day * DAY_MS),
          fc.nat(70 * DAY_MS),
        ),
        source: fc.nat(3),
        tag: fc.nat(SESSION_TAGS.length),
        closed: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
  }),
  fc.record({
    does: fc.constant('change' as const),
    column: fc.constantFrom(
      'is_archived = NOT is_archived',
      'is_human_takeover = NOT is_human_takeover',
      "analysis_status = CASE analysis_status WHEN 'analyzed' THEN 'failed' ELSE 'analyzed' END",
      "tags = '{wins,losses,bug}'",
      "created_at = created_at + interval '7 hours'",
      "name = 'counted by nobody'",
    ),
    below: fc.nat(100),
  }),
  fc.record({ does: fc.constant('delete' as const), below: fc.nat(15) }),
  fc.record({ does: fc.constant('fold' as const), most: fc.integer({ min: 1, max: 50 }) }),
);

const moment = fc.oneof(
  fc.nat(80).map((day) => START + (day - 5) * DAY_MS),
  fc.nat(80).map((day) => START + (day - 5) * DAY_MS - 1),
  fc.nat(80 * DAY_MS).map((ms) => START - 5 * DAY_MS + ms),
);
const filters: fc.Arbitrary<SessionFilters> = fc
  .record(
    {
      status: fc.constantFrom<SessionStatus>('active', 'closed'),
      source: fc.constantFrom(...SESSION_SOURCES.slice(0, 4)),
      tags: fc.subarray([...SESSION_TAGS], { minLength: 1 }),
      dateFrom: moment,
      dateTo: moment,
      isHumanTakeover: fc.boolean(),
      isAnalyzed: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .chain((some) => fc.boolean().map((showArchived) => ({ ...some, showArchived })));

describe('counts of sessions', () => {
  let own: OwnDatabase;
  let counts: SessionCounts;
  let writer: SessionWriter;

  beforeAll(async () => {
    own = await openDatabase(12);
    counts = new SessionCounts(own.database);
    writer = new SessionWriter(own.database);
  });
  afterAll(() => own.close());

  async function take(projectId: string, done: Step): Promise<void> {
    if (done.does === 'fold') await counts.fold(done.most);
    else if (done.does === 'write') {
      const sessions = done.sessions.map(({ record, at, source, tag, closed }) =>
        accepted({
          projectId,
          external: String(record),
          at,
          fields: {
            source: SESSION_SOURCES[source],
            tags: SESSION_TAGS.slice(tag, tag + 2),
            status: closed ? 'closed' : 'active',
          },
        }),
      );
      await writer.write(sessions);
    } else {
      // In the writer's order of locks, so that no two statements wait for each other for ever.
      const picked = `SELECT id FROM sessions WHERE project_id = $1 AND abs(hashtext(id::text)) % 100 < $2
        ORDER BY id FOR UPDATE`;
      const change = done.does === 'delete' ? 'DELETE FROM sessions' : `UPDATE sessions SET ${done.column}`;
      await own.database.query(
        `WITH picked AS MATERIALIZED (${picked}) ${change} WHERE project_id = $1 AND id IN (SELECT id FROM picked)`,
        [projectId, done.below],
      );
    }
  }

  async function counted(connection: Queryable, projectId: string, asked: SessionFilters): Promise<number> {
    const values = new Values();
    const { rows } = await connection.query<{ total: string }>(
      `SELECT count(*) AS total FROM sessions WHERE ${whereSessions(projectId, asked, values)}`,
      values.list,
    );
    return Number(rows[0]?.total);
  }

  async function expectExact(projectId: string, asked: readonly SessionFilters[]): Promise<void> {
    await own.database.transaction(async (transaction) => {
      await transaction.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const connection = transaction as unknown as Database;
      for (const one of asked) {
        const { total } = await new SessionReader(connection).list(projectId, one, { limit: 1, offset: 0 });
        expect({ ...one, total }).toEqual({
          ...one,
          total: await counted(connection, projectId, one),
        });
        const undated = { ...one, dateFrom: undefined, dateTo: undefined };
        const page = { limit: 5, offset: 10 };
        const deep = await readDeepPage(connection, projectId, undated, page);
        expect(deep).toEqual(await readPage(connection, projectId, undated, page, 'walk'));
      }
      const stats = await new SessionStats(connection).of(projectId);
      const { rows } = await connection.query<{ total: string; last: Date | null }>(
        'SELECT count(*) AS total, max(last_activity_at) AS last FROM sessions WHERE project_id = $1',
        [projectId],
      );
      expect([stats.total, stats.lastActivityAt]).toEqual([
        Number(rows[0]?.total),
        rows[0]?.last?.toISOString() ?? null,
      ]);
    });
  }

  it('are those of count(*) in every snapshot, while sessions are written, changed, deleted and counts folded', async () => {
    const steps = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, fc.array(filters, { minLength: 1, maxLength: 4 }), async (rounds, asked) => {
        const projectId = newUuid();
        for (const together of rounds) {
          await Promise.all([
            ...together.map((one) => take(projectId, one)),
            expectExact(projectId, asked),
            expectExact(projectId, asked),
          ]);
        }
        await expectExact(projectId, asked);
        while ((await counts.fold(1000)) > 0);
        await expectExact(projectId, asked);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('of a table that was emptied are none', async () => {
    const projectId = newUuid();
    await writer.write([accepted({ projectId }), accepted({ projectId })]);
    await counts.fold(1);
    await own.database.query('TRUNCATE sessions');
    await expectExact(projectId, [{ showArchived: true }]);
    await writer.write([accepted({ projectId })]);
    await expectExact(projectId, [{ showArchived: true }]);
  });

  it('keep no writer waiting for another one, nor for whoever folds', async () => {
    const projectId = newUuid();
    await writer.write([accepted({ projectId })]);
    const own2 = new SessionWriter(own.database);
    await own.database.transaction(async (writing) => {
      await insertOne(writing, projectId);
      await own.database.transaction(async (folding) => {
        await folding.query('SELECT fold_session_counts(1000)');
        await insertOne(writing, projectId);
        await own2.write([accepted({ projectId })]);
      });
    });
    await counts.fold(1000);
    await expectExact(projectId, [{ showArchived: true }]);
    expect(await counted(own.database, projectId, { showArchived: true })).toBe(4);
  });

  it('are folded while the search index is rebuilt', async () => {
    await writer.write([accepted({ projectId: newUuid() })]);
    await own.database.transaction(async (rebuilding) => {
      await rebuilding.query('SELECT pg_advisory_xact_lock($1)', [REBUILD_LOCK]);
      expect(await counts.fold(1000)).toBeGreaterThan(0);
    });
  });

  it('stay as they are when whoever folds dies on the way, and are folded by one process at a time', async () => {
    const projectId = newUuid();
    await writer.write([accepted({ projectId }), accepted({ projectId })]);
    const died = own.database.transaction(async (folding) => {
      await folding.query('SELECT fold_session_counts(1000)');
      expect(await counts.fold(1000)).toBe(0);
      await folding.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(died).rejects.toThrow('terminating connection');
    await expectExact(projectId, [{ showArchived: true }]);
    expect(await counts.fold(1000)).toBeGreaterThan(0);
    expect(await counts.fold(1000)).toBe(0);
    await expectExact(projectId, [{ showArchived: true }]);
  });
});

async function insertOne(connection: Queryable, projectId: string): Promise<void> {
  await connection.query(
    `INSERT INTO sessions (project_id, id, status, source, session_type, user_metadata, custom_fields, tags,
      linked_entities, message_count, last_activity_at, created_at, updated_at, version)
     VALUES ($1, $2, 'active', 'api', 'chat', '{}', '{}', '{}', '{}', 0, now(), now(), now(), 1)`,
    [projectId, newUuid()],
  );
}
