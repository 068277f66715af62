import { encodeId, newUuid, SESSION_SOURCES, SESSION_TAGS, sessionView } from '@sessions/contract';
import type { SessionRecord } from '@sessions/contract';
import { SessionReader, SessionStats } from '@sessions/storage';
import type { ListPage, ListPosition, SessionFilters } from '@sessions/storage';
import {
  listedOf,
  pageStatement,
  pageValues,
  readPage,
} from '../../../libs/storage/src/sessions/session-page';
import type { PageRow } from '../../../libs/storage/src/sessions/session-page';
import { expectedList, fillLibrary } from './library';
import type { Library } from './library';
import { findRecord, openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();
const SIZE = 300;
const time = (text: string) => Date.parse(text);

/** Values of each filter, some of which match nothing. Functions take one from what is stored. */
const VALUES: { [Name in keyof SessionFilters]-?: unknown[] } = {
  showArchived: [true, false],
  sessionId: [(library: Library) => library.records[7]?.id, newUuid()],
  name: ['login', 'LOGIN FLOW', '%', '_', 'e_c', '\\', 'ärger', ' ', 'no such name'],
  status: ['active', 'closed'],
  source: [...SESSION_SOURCES],
  tags: [...SESSION_TAGS.map((tag) => [tag]), ['bug', 'wins'], [...SESSION_TAGS]],
  dateFrom: [
    time('2026-01-04T00:00:00.000Z'),
    time('2026-01-04T12:00:00.000Z'),
    time('2027-01-01T00:00:00Z'),
  ],
  dateTo: [time('2026-01-04T23:59:59.999Z'), time('2026-01-04T12:00:00.000Z'), time('2025-01-01T00:00:00Z')],
  isHumanTakeover: [true, false],
  isAnalyzed: [true, false],
  companyId: ['one', 'two', 'acme', 'nobody'],
  contactId: [
    ({ records }: Library) => records.find(({ contactId }) => contactId !== null)?.contactId,
    encodeId('cont', newUuid()),
  ],
  productScopeIds: [['one'], ['two', 'three'], ['nobody']],
};
const NAMES = Object.keys(VALUES) as (keyof SessionFilters)[];

describe('SessionReader on random sessions', () => {
  let own: OwnDatabase;
  let reader: SessionReader;
  let library: Library;
  const all: SessionFilters = { showArchived: true };

  beforeAll(async () => {
    own = await openDatabase();
    reader = new SessionReader(own.database);
    library = await fillLibrary(own.database, projectId, SIZE);
    await fillLibrary(own.database, newUuid(), 100, 2);
  });
  afterAll(() => own.close());

  const list = async (filters: SessionFilters, page: ListPage) =>
    (await reader.list(projectId, filters, page)).sessions;
  const ids = (records: readonly { id: string }[]) => records.map(({ id }) => id);

  function filter(...given: [keyof SessionFilters, unknown][]): SessionFilters {
    const known = given.map(([name, value]) => [
      name,
      typeof value === 'function' ? (value as (from: Library) => unknown)(library) : value,
    ]);
    return { showArchived: true, ...(Object.fromEntries(known) as Partial<SessionFilters>) };
  }

  async function expectListOf(filters: SessionFilters): Promise<number> {
    const expected = expectedList(library, filters);
    const { sessions, total } = await reader.list(projectId, filters, { limit: 1000, offset: 0 });
    expect(sessions.map(({ json }) => JSON.parse(json) as unknown)).toEqual(expected.map(sessionView));
    expect(total).toBe(expected.length);
    return expected.length;
  }

  it.each(NAMES)('filters by %s', async (name) => {
    const lengths: number[] = [];
    for (const value of VALUES[name]) lengths.push(await expectListOf(filter([name, value])));
    expect(lengths.some((length) => length > 0)).toBe(true);
    expect(lengths.some((length) => length < SIZE)).toBe(true);
  });

  const PAIRS = NAMES.flatMap((left, index) => NAMES.slice(index + 1).map((right) => [left, right] as const));

  it.each(PAIRS)('filters by %s and %s together', async (left, right) => {
    await expectListOf(filter([left, VALUES[left][0]], [right, VALUES[right][0]]));
  });

  it('shows sessions alike whatever the time zone of the server is', async () => {
    const shown = await own.database.transaction(async (connection) => {
      await connection.query(`SET LOCAL TimeZone = 'Asia/Kolkata'`);
      return readPage(connection, projectId, all, { limit: SIZE, offset: 0 }, 'walk');
    });
    expect(shown).toEqual(await reader.list(projectId, all, { limit: SIZE, offset: 0 }));
  });

  it('finds nothing of another project, whatever is asked', async () => {
    const stranger = newUuid();
    const nothing = { sessions: [], total: 0 };
    expect(await reader.list(stranger, all, { limit: 1000, offset: 0 })).toEqual(nothing);
    expect(await reader.list(stranger, filter(['name', 'login']), { limit: 1000, offset: 0 })).toEqual(
      nothing,
    );
    expect(await reader.pick(stranger, ids(library.records), all)).toEqual([]);
    expect(await findRecord(reader, stranger, library.records[0]?.id ?? '')).toBeNull();
  });

  it.each([1, 7, 50, SIZE])('walks the whole list in pages of %i, by offset and by cursor', async (limit) => {
    const expected = ids(expectedList(library, all));
    const byOffset: string[] = [];
    const byCursor: string[] = [];
    let after: ListPosition | undefined;
    for (let offset = 0; offset < SIZE; offset += limit) {
      byOffset.push(...ids(await list(all, { limit, offset })));
      const page = await list(all, { limit, offset: 0, ...(after && { after }) });
      byCursor.push(...ids(page));
      after = page.at(-1);
    }
    expect(byOffset).toEqual(expected);
    expect(byCursor).toEqual(expected);
    expect(await list(all, { limit, offset: SIZE })).toEqual([]);
    expect(await list(all, { limit, offset: 0, ...(after && { after }) })).toEqual([]);
  });

  it('looks for no day in a project that was emptied', async () => {
    const emptied = newUuid();
    const filters: SessionFilters = { showArchived: true, dateTo: Date.now() };
    const { rows } = await own.database.transaction(async (connection) => {
      await connection.query(`SET LOCAL statement_timeout = '5s'`);
      return connection.query<PageRow>(
        pageStatement(filters, 'days'),
        pageValues(emptied, filters, { limit: 10, offset: 0 }),
      );
    });
    expect(listedOf(rows, emptied)).toEqual({ sessions: [], total: 0 });
  });

  it('keeps its place behind a cursor when sessions come and go before it', async () => {
    const filters: SessionFilters = { showArchived: true, status: 'active' };
    const expected = ids(expectedList(library, filters));
    const first = await list(filters, { limit: 10, offset: 0 });
    const gone = first[3]?.id;
    const hide = (hidden: boolean) =>
      own.database.query('UPDATE sessions SET is_archived = $3 WHERE project_id = $1 AND id = $2', [
        projectId,
        gone,
        hidden,
      ]);
    await hide(true);
    const after = first.at(-1);
    const second = await list(
      { ...filters, showArchived: false },
      { limit: 10, offset: 0, ...(after && { after }) },
    );
    await hide(library.records.find(({ id }) => id === gone)?.isArchived ?? false);
    const visible = new Set(ids(expectedList(library, { ...filters, showArchived: false })));
    expect(ids(second)).toEqual(
      expected
        .slice(10)
        .filter((id) => visible.has(id))
        .slice(0, 10),
    );
  });

  it('picks, in the order that is asked for, those that pass the filters', async () => {
    const wanted = ids(library.records).filter((_id, index) => index % 3 === 0);
    const filters: SessionFilters = { showArchived: false, status: 'active' };
    const passing = new Set(ids(expectedList(library, filters)));
    const picked = await reader.pick(projectId, [newUuid(), ...wanted], filters);
    expect(ids(picked)).toEqual(wanted.filter((id) => passing.has(id)));
    expect(await reader.pick(projectId, [], all)).toEqual([]);
    const passed = await reader.passing(projectId, [newUuid(), ...wanted], filters);
    expect(passed).toEqual(picked.map(({ id }) => id));
    expect(await reader.passing(projectId, [], all)).toEqual([]);
  });

  it('counts over all sources and statuses, archived ones included', async () => {
    const stats = new SessionStats(own.database);
    const of = (records: SessionRecord[]) => ({
      total: records.length,
      lastActivityAt:
        records
          .map(({ lastActivityAt }) => lastActivityAt)
          .sort()
          .at(-1) ?? null,
    });
    const by = <Key extends 'source' | 'status'>(key: Key) =>
      Object.fromEntries(
        [...new Set(library.records.map((record) => record[key]))].map((value) => [
          value,
          of(library.records.filter((record) => record[key] === value)),
        ]),
      );
    const { lastActivityAt } = of(library.records);
    const last = Date.parse(lastActivityAt ?? '');
    const week = 7 * 86_400_000;
    expect(await stats.of(projectId, last + week)).toEqual({
      ...of(library.records),
      hasAnySessions: true,
      isActive: true,
      bySource: by('source'),
      byStatus: by('status'),
    });
    expect(await stats.of(projectId, last + week + 1)).toMatchObject({ isActive: false });
    // Where all that happened lies ahead, by more than clocks do.
    const first = Math.min(...library.records.map((record) => Date.parse(record.lastActivityAt)));
    expect(await stats.of(projectId, first - week / 7)).toMatchObject({ isActive: true });
    expect(await stats.of(projectId, first - week / 7 - 1)).toMatchObject({ isActive: false });
    expect(await stats.of(newUuid())).toEqual({
      total: 0,
      lastActivityAt: null,
      hasAnySessions: false,
      isActive: false,
      bySource: {},
      byStatus: {},
    });
  });
});
