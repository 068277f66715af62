import { encodeId, newUuid, parseListQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import type { SessionReader } from '@sessions/storage';
import { cursorOf } from './cursor';
import { ListSessionsService } from './list-sessions.service';
import type { SessionList } from './list-sessions.service';
import { ReadSlots } from './read-slots';
import type { SearchSessionsService } from './search-sessions.service';

const projectId = newUuid();
const records = Array.from({ length: 5 }, (_value, index) => {
  const id = newUuid();
  const lastActivityAt = new Date(Date.parse('2026-01-10T00:00:00.000Z') - index * 1000).toISOString();
  return { id, lastActivityAt, json: JSON.stringify({ id: encodeId('sess', id) }) };
});
const idsOf = (from: number, to: number) => records.slice(from, to).map(({ id }) => encodeId('sess', id));

function setUp({ isInDatabase = false } = {}) {
  const reader = {
    list: jest.fn(
      (
        _project: string,
        _filters: object,
        page: { limit: number; offset: number; after?: { id: string } },
      ) => {
        const start = page.after ? records.findIndex(({ id }) => id === page.after?.id) + 1 : page.offset;
        return Promise.resolve({ sessions: records.slice(start, start + page.limit), total: records.length });
      },
    ),
  };
  const searching = {
    isInDatabase,
    parse: (text?: string) => (text ? { words: [text] } : null),
    search: jest.fn((_project: string, _query: object, _filters: object, limit: number, offset: number) =>
      Promise.resolve({
        sessions: records.slice(offset, offset + limit),
        total: records.length,
        more: offset + limit < records.length,
        behind: 3,
      }),
    ),
  };
  const service = new ListSessionsService(
    reader as unknown as SessionReader,
    searching as unknown as SearchSessionsService,
    new ReadSlots({ DATABASE_POOL: 10 }),
  );
  const list = async (raw: RawQuery = {}) => {
    const query = parseListQuery({ projectId: 'p', ...raw });
    const { json, searchBehind } = await service.list(projectId, query, cursorOf(query));
    return { list: JSON.parse(json) as SessionList, searchBehind };
  };
  return { reader, searching, list };
}

async function allPages(list: ReturnType<typeof setUp>['list'], raw: RawQuery) {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ ...raw, ...(cursor !== null && { cursor }) });
    expect(page.list.total).toBe(5);
    pages.push(page.list.sessions.map(({ id }) => id));
    cursor = page.list.next_cursor;
  } while (cursor !== null);
  return pages;
}

describe('ListSessionsService', () => {
  it.each([{}, { search: 'x' }])('walks from page to page by cursor, without gaps, for %j', async (raw) => {
    const { list } = setUp();
    const pages = await allPages(list, { ...raw, limit: '2' });
    expect(pages).toEqual([idsOf(0, 2), idsOf(2, 4), idsOf(4, 5)]);
  });

  it.each([{}, { search: 'x' }])('has no next page when this one is just full, for %j', async (raw) => {
    const { list } = setUp();
    const page = await list({ ...raw, limit: '5' });
    expect(page.list.next_cursor).toBeNull();
  });

  it('starts at the offset, and counts all that match', async () => {
    const { list } = setUp();
    const { list: page } = await list({ offset: '3' });
    expect([page.sessions.map(({ id }) => id), page.total, page.next_cursor]).toEqual([idsOf(3, 5), 5, null]);
  });

  it('passes every filter on, to the database and to the search', async () => {
    const { list, reader, searching } = setUp();
    const sessionId = newUuid();
    const raw = {
      sessionId: encodeId('sess', sessionId),
      name: 'n',
      tags: 'bug',
      companyId: 'c',
      isAnalyzed: 'true',
    };
    const filters = {
      sessionId,
      name: 'n',
      tags: ['bug'],
      companyId: 'c',
      isAnalyzed: true,
      showArchived: false,
    };
    await list(raw);
    expect(reader.list).toHaveBeenCalledWith(projectId, expect.objectContaining(filters), expect.anything());
    const { searchBehind } = await list({ ...raw, search: 'x' });
    expect(searching.search).toHaveBeenCalledWith(
      projectId,
      { words: ['x'] },
      expect.objectContaining(filters),
      50,
      0,
    );
    expect(searchBehind).toBe(3);
  });

  it.each([
    [true, 5],
    [false, 6],
  ])('where the database searches (%s), begins %i of six searches of a project', (isInDatabase, begun) => {
    // One that waits for its turn is refused in the end.
    jest.useFakeTimers();
    const { list, searching } = setUp({ isInDatabase });
    searching.search.mockReturnValue(new Promise(() => undefined));
    for (let count = 0; count < 6; count++) void list({ search: 'x' });
    expect(searching.search).toHaveBeenCalledTimes(begun);
    jest.useRealTimers();
  });

  it('finds nothing by an id that is none of ours, and asks nobody', async () => {
    const { list, reader } = setUp();
    const nothing = { sessions: [], total: 0, next_cursor: null };
    await expect(list({ sessionId: "'; DROP TABLE" })).resolves.toEqual({ list: nothing, searchBehind: 0 });
    expect(reader.list).not.toHaveBeenCalled();
  });

  it('refuses the cursor of the other kind of list rather than begin again', async () => {
    const { list } = setUp();
    const listed = (await list({ limit: '1' })).list.next_cursor ?? '';
    const searched = (await list({ limit: '1', search: 'x' })).list.next_cursor ?? '';
    await expect(list({ cursor: listed, search: 'x' })).rejects.toMatchObject({ status: 400 });
    await expect(list({ cursor: searched })).rejects.toMatchObject({ status: 400 });
  });
});
