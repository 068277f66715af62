import { newUuid } from '@sessions/contract';
import { MAX_TOTAL_HITS } from '@sessions/search';
import type { SessionSearch, StoredMatcher } from '@sessions/search';
import type { SessionFilters, SessionReader } from '@sessions/storage';
import { SearchSessionsService } from './search-sessions.service';

const projectId = newUuid();
const records = ['a', 'b', 'c'].map((name) => ({
  id: newUuid(),
  lastActivityAt: '2026-01-01T00:00:00.000Z',
  json: `{"name":"${name}"}`,
}));
const ids = records.map(({ id }) => id);

function setUp() {
  const searching = {
    search: jest.fn(() => Promise.resolve({ sessionIds: ids, total: 30, behind: 2 })),
    all: jest.fn(() => Promise.resolve({ sessionIds: ids, total: 30, behind: 4 })),
  };
  const reader = {
    pick: jest.fn(() => Promise.resolve(records)),
    idsNamed: jest.fn<Promise<string[]>, unknown[]>(() => Promise.resolve([])),
  };
  const matcher = { matching: jest.fn<Promise<string[]>, [string, string[]]>(() => Promise.resolve([])) };
  const service = new SearchSessionsService(
    searching as unknown as SessionSearch,
    matcher as unknown as StoredMatcher,
    reader as unknown as SessionReader,
  );
  return { service, searching, reader, matcher };
}

const query = { words: ['x'], lastIsPrefix: true, phrases: [], excluded: [] };

describe('SearchSessionsService', () => {
  it('knows what asks for nothing', () => {
    const { service } = setUp();
    expect([service.parse(undefined), service.parse(''), service.parse(' .. ')]).toEqual([null, null, null]);
    expect(service.parse('x')).toEqual(query);
  });

  it('takes ids from the search, and rows that pass the filters from the database', async () => {
    const { service, searching, reader } = setUp();
    const filters: SessionFilters = { showArchived: true, status: 'closed', dateFrom: 1, dateTo: 2 };
    const found = await service.search(projectId, query, filters, 3, 6);
    expect(found).toEqual({ sessions: records, total: 30, behind: 2 });
    const asked = { status: 'closed', includeArchived: true, createdFrom: 1, createdTo: 2 };
    expect(searching.search).toHaveBeenCalledWith({ projectId, query, filters: asked }, 3, 6);
    expect(reader.pick).toHaveBeenCalledWith(projectId, ids, filters);
  });

  it('pages in the database what it narrows by name, which no search engine can', async () => {
    const { service, searching, reader } = setUp();
    reader.pick.mockImplementation((...[, ids]: unknown[]) =>
      Promise.resolve((ids as string[]).length > 0 ? records.slice(1) : []),
    );
    const filters: SessionFilters = { showArchived: false, name: '%' };
    const found = await service.search(projectId, query, filters, 1, 1);
    expect(found).toEqual({ sessions: records.slice(2), total: 2, behind: 4 });
    expect(searching.search).not.toHaveBeenCalled();
    expect(reader.idsNamed).not.toHaveBeenCalled();
  });

  it.each([
    ['gives as many hits as it can', MAX_TOTAL_HITS, {}],
    ['says that it cut them', 5, { isCut: true }],
  ])('looks sessions of that name through itself where the engine %s', async (_what, count, more) => {
    const { service, searching, reader, matcher } = setUp();
    const [a, b, c] = records.map(({ id }) => id) as [string, string, string];
    const hits = [a, ...Array.from({ length: count - 1 }, newUuid)];
    searching.all.mockResolvedValue({ sessionIds: hits, total: count, behind: 0, ...more });
    reader.pick.mockImplementation((...[, ids]: unknown[]) =>
      Promise.resolve((ids as string[]).flatMap((id) => records.find((record) => record.id === id) ?? [])),
    );
    const unmatched = newUuid();
    reader.idsNamed.mockResolvedValue([unmatched, c, a, b]);
    matcher.matching.mockImplementation((_project, ids) =>
      Promise.resolve(ids.filter((id) => id !== unmatched)),
    );
    const filters: SessionFilters = { showArchived: false, name: 'x' };
    const pages = [0, 1, 2, 3].map((offset) => service.search(projectId, query, filters, 2, offset));
    expect((await Promise.all(pages)).map(({ sessions }) => sessions.map(({ id }) => id))).toEqual([
      [a, c],
      [c, b],
      [b],
      [],
    ]);
    expect((await Promise.all(pages)).map(({ total }) => total)).toEqual([3, 3, 3, 3]);
    expect(matcher.matching).toHaveBeenCalledWith(projectId, [unmatched, c, b], query);
  });
});
