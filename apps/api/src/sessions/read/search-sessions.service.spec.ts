import { newUuid } from '@sessions/contract';
import { MAX_TOTAL_HITS } from '@sessions/search';
import type { SessionSearch, StoredMatcher } from '@sessions/search';
import type { SessionFilters, SessionReader } from '@sessions/storage';
import { ReadSlots } from './read-slots';
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
    isInDatabase: false,
    search: jest.fn(() => Promise.resolve({ sessionIds: ids, total: 30, behind: 2 })),
    all: jest.fn(() => Promise.resolve({ sessionIds: ids, total: 30, behind: 4 })),
  };
  const reader = {
    pick: jest.fn((...[, wanted]: [string, string[], SessionFilters]) =>
      Promise.resolve(wanted.flatMap((id) => records.find((record) => record.id === id) ?? [])),
    ),
    passing: jest.fn((...[, wanted]: [string, string[]]) => Promise.resolve(wanted)),
    idsNamed: jest.fn<Promise<string[]>, unknown[]>(() => Promise.resolve([])),
  };
  const matcher = { matching: jest.fn<Promise<string[]>, [string, string[]]>(() => Promise.resolve([])) };
  const service = new SearchSessionsService(
    searching as unknown as SessionSearch,
    matcher as unknown as StoredMatcher,
    reader as unknown as SessionReader,
    new ReadSlots({ DATABASE_POOL: 4 }),
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
    expect(found).toEqual({ sessions: records, total: 30, more: true, behind: 2 });
    const asked = { status: 'closed', includeArchived: true, createdFrom: 1, createdTo: 2 };
    expect(searching.search).toHaveBeenCalledWith({ projectId, query, filters: asked }, 3, 6);
    expect(reader.pick).toHaveBeenCalledWith(projectId, ids, filters);
  });

  it.each([
    [24, true],
    [27, false],
  ])('counts out what is no match any more, and goes on after the page from %i: %s', async (offset, more) => {
    const { service, reader } = setUp();
    reader.pick.mockResolvedValue(records.slice(1));
    const found = await service.search(projectId, query, { showArchived: false }, 3, offset);
    expect(found).toMatchObject({ sessions: records.slice(1), total: 29, more });
  });

  it('pages in the database what it narrows by name, which no search engine can', async () => {
    const { service, searching, reader } = setUp();
    reader.passing.mockResolvedValue(ids.slice(1));
    const filters: SessionFilters = { showArchived: false, name: '%' };
    const found = await service.search(projectId, query, filters, 1, 0);
    expect(found).toEqual({ sessions: records.slice(1, 2), total: 2, more: true, behind: 4 });
    expect(await service.search(projectId, query, filters, 1, 1)).toMatchObject({
      sessions: records.slice(2),
      more: false,
    });
    expect(reader.pick).toHaveBeenCalledWith(projectId, ids.slice(1, 2), filters);
    expect(searching.search).not.toHaveBeenCalled();
    expect(reader.idsNamed).not.toHaveBeenCalled();
  });

  it.each([
    ['has them wait for their turn where another engine searches', false, 2],
    ['lets them be where they have it, as searches of the database', true, 3],
  ])('looks for names in the database, and %s', async (_what, isInDatabase, atOnce) => {
    const { service, searching, reader } = setUp();
    searching.isInDatabase = isInDatabase;
    let release: () => void = () => undefined;
    const held = new Promise<string[]>((resolve) => (release = () => resolve(ids)));
    reader.passing.mockReturnValue(held);
    const searches = [1, 2, 3].map(() =>
      service.search(projectId, query, { showArchived: false, name: 'x' }, 1, 0),
    );
    await new Promise(setImmediate);
    expect(reader.passing).toHaveBeenCalledTimes(atOnce);
    release();
    expect(await Promise.all(searches)).toHaveLength(3);
  });

  it.each([
    ['gives as many hits as it can', MAX_TOTAL_HITS, {}],
    ['says that it cut them', 5, { isCut: true }],
  ])('looks sessions of that name through itself where the engine %s', async (_what, count, more) => {
    const { service, searching, reader, matcher } = setUp();
    const [a, b, c] = records.map(({ id }) => id) as [string, string, string];
    const hits = [a, ...Array.from({ length: count - 1 }, newUuid)];
    searching.all.mockResolvedValue({ sessionIds: hits, total: count, behind: 0, ...more });
    reader.passing.mockResolvedValue([a]);
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
