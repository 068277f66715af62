import { newUuid, SESSION_SOURCES } from '@sessions/contract';
import type { Queryable } from '@sessions/runtime';
import { SessionCounts, SessionReader } from '@sessions/storage';
import type { ListPage, SessionFilters } from '@sessions/storage';
import { readDeepPage } from '../../../libs/storage/src/sessions/session-deep-page';
import { readPage } from '../../../libs/storage/src/sessions/session-page';
import { expectedList, fillLibrary } from './library';
import type { Library } from './library';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const SIZE = 300;
const LIMIT = 20;
const projectId = newUuid();
const time = (text: string) => Date.parse(text);

const ALIKE: SessionFilters[] = [
  { showArchived: true },
  { showArchived: false },
  { showArchived: true, source: SESSION_SOURCES[0] },
  { showArchived: false, tags: ['bug', 'wins'] },
  { showArchived: true, status: 'closed', isHumanTakeover: false, source: SESSION_SOURCES[1] },
];
const DATES: Pick<SessionFilters, 'dateFrom' | 'dateTo'>[] = [
  {},
  { dateTo: time('2026-01-05T23:59:59.999Z') },
  { dateFrom: time('2026-01-03T12:00:00.000Z'), dateTo: time('2026-01-07T12:00:00.000Z') },
  { dateFrom: time('2026-01-04T00:00:00.000Z') },
];

describe('the ways to find a page', () => {
  let own: OwnDatabase;
  let library: Library;

  beforeAll(async () => {
    own = await openDatabase();
    const { records, companies } = await fillLibrary(own.database, projectId, SIZE);
    // Some were active long after they were created, some before, many at the same moment as others.
    await own.database.query(
      `UPDATE sessions SET last_activity_at = date_trunc('hour', created_at)
         + (ARRAY[0, 0, 0, 1, 3, 40, 300, -1, -5, -90, -700])[1 + abs(hashtext(id::text)) % 11] * interval '1 day'
       WHERE project_id = $1`,
      [projectId],
    );
    await new SessionCounts(own.database).fold(200);
    const keys = records.map(({ id }) => ({ projectId, id }));
    const stored = await new SessionReader(own.database).findMany(keys);
    library = { records: [...stored.values()], companies };
  });
  afterAll(() => own.close());

  /** Every page that an offset leads to, and every page behind some session of the list. */
  function pagesOf(filters: SessionFilters): { page: ListPage; expected: string[] }[] {
    const all = expectedList(library, filters);
    const ids = all.map(({ id }) => id);
    const steps = Array.from({ length: Math.ceil(all.length / LIMIT) + 1 }, (_, step) => step * LIMIT);
    return steps.flatMap((offset) => {
      const expected = ids.slice(offset, offset + LIMIT);
      const after = all[offset - 1];
      const pages: ListPage[] = [{ limit: LIMIT, offset }];
      if (after !== undefined) pages.push({ limit: LIMIT, offset: 0, after });
      return pages.map((page) => ({ page, expected }));
    });
  }

  it.each(['walk', 'days', 'features'] as const)('finds by %s what the filters leave', async (plan) => {
    for (const filters of ALIKE.flatMap((alike) => DATES.map((dates) => ({ ...alike, ...dates })))) {
      const total = expectedList(library, filters).length;
      for (const { page, expected } of pagesOf(filters)) {
        const listed = await readPage(own.database, projectId, filters, page, plan);
        expect([listed.sessions.map(({ id }) => id), listed.total]).toEqual([expected, total]);
      }
    }
  });

  it('finds a page far down from a time near it, on whichever side of that time it is', async () => {
    for (const filters of ALIKE) {
      const total = expectedList(library, filters).length;
      for (const { page, expected } of pagesOf(filters).filter(
        ({ page: { after } }) => after === undefined,
      )) {
        const listed = await readDeepPage(own.database, projectId, filters, page);
        expect([listed.sessions.map(({ id }) => id), listed.total]).toEqual([expected, total]);
      }
    }
    const page = { limit: LIMIT, offset: 1000 };
    const nothing = { sessions: [], total: 0 };
    expect(await readDeepPage(own.database, newUuid(), { showArchived: true }, page)).toEqual(nothing);
  });

  // An import is accepted today, whenever its sessions were active; a burst is created and active on one day.
  it.each([
    ['live data from a time near it', `now() - number * interval '1 hour'`, 'created_at', 0],
    ['imported history from the newest', 'now()', `now() - number * interval '2 hours'`, 1],
    [
      'history to come from the newest',
      `now() - interval '3 years'`,
      `now() - number * interval '2 hours'`,
      1,
    ],
    ['a burst from the newest', 'now()', `created_at + number * interval '1 ms'`, 1],
  ])('finds a page far down %s', async (_, createdAt, lastActivityAt, walks) => {
    const project = newUuid();
    await own.database.query(
      `INSERT INTO sessions (project_id, id, name, status, source, session_type, user_metadata, custom_fields, tags,
         linked_entities, message_count, analysis_status, is_archived, is_human_takeover, last_activity_at, created_at,
         updated_at, version)
       SELECT $1::uuid, gen_random_uuid(), 'Session', CASE number % 3 WHEN 0 THEN 'active' ELSE 'closed' END, 'api', 'chat',
         '{}', '{}', '{}', '{}', 0, 'pending', false, false, ${lastActivityAt}, created_at, created_at, 1
       FROM (SELECT number, ${createdAt} AS created_at FROM generate_series(1, 24000) AS number) AS numbered`,
      [project],
    );
    await new SessionCounts(own.database).fold(10_000);
    const run: unknown[] = [];
    const connection: Queryable = {
      query: (statement, values) => {
        run.push(typeof statement === 'string' ? statement : statement.name);
        return own.database.query(statement, values);
      },
    };
    const page = { limit: LIMIT, offset: 6000 };
    const filters: SessionFilters = { showArchived: false };
    const listed = await readDeepPage(connection, project, filters, page);
    expect(run).toEqual([
      'session_day_at',
      'session_page_deep',
      ...(walks === 1 ? ['session_page_walk_undated'] : []),
    ]);
    expect(listed).toEqual(await readPage(own.database, project, filters, page, 'walk'));
    expect([listed.sessions.length, listed.total]).toEqual([LIMIT, 24_000]);
  });
});
