import { ApiError } from '@sessions/contract';
import fc from 'fast-check';
import type { PendingHits, PendingSearch } from './outbox/pending-search';
import type { EngineQuery, SearchEngine } from './search-engine';
import { MAX_TOTAL_HITS, SearchAwayError } from './search-engine';
import { SessionSearch } from './session-search';
import { parseQuery } from './text/query';

const asked = { projectId: 'p', query: parseQuery('word'), filters: { includeArchived: false } };

const exclusion = (sessionIds: string[]) => ({ sessionIds, claims: [], maybeIndexed: [] });

function searchOver(pending: Partial<PendingHits>, engineIds: string[], fail?: Error): SessionSearch {
  const hits: PendingHits = { considered: exclusion([]), matching: [], waiting: 0, ...pending };
  const engine = {
    search: ({ offset, limit }: EngineQuery) =>
      fail
        ? Promise.reject(fail)
        : Promise.resolve({ sessionIds: engineIds.slice(offset, offset + limit), total: engineIds.length }),
  } as unknown as SearchEngine;
  return new SessionSearch(engine, { search: () => Promise.resolve(hits) } as unknown as PendingSearch);
}

describe('SessionSearch', () => {
  it('pages over waiting sessions and the hits of the engine as over one list', async () => {
    const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(8),
        fc.nat(8),
        fc.nat(20),
        fc.nat(20),
        async (pending, indexed, offset, limit) => {
          const matching = ids('pending', pending);
          const engineIds = ids('indexed', indexed);
          const considered = exclusion(matching);
          const search = searchOver({ matching, considered, waiting: pending + 2 }, engineIds);
          expect(await search.search(asked, limit, offset)).toEqual({
            sessionIds: [...matching, ...engineIds].slice(offset, offset + limit),
            total: pending + indexed,
            behind: 2,
          });
        },
      ),
    );
  });

  it('shows a session once that is indexed just after the outbox was read', async () => {
    const search = searchOver({ matching: ['a'], considered: exclusion(['a', 'b']) }, ['a', 'b', 'c']);
    expect(await search.search(asked, 10, 0)).toMatchObject({ sessionIds: ['a', 'c'], total: 2 });
  });

  it.each([
    ['counts no further', { total: MAX_TOTAL_HITS }, true],
    ['cut its hits further', { total: 3, isCut: true }, true],
    ['gave all it has', { total: MAX_TOTAL_HITS - 1 }, undefined],
  ])('says whether more may match, where the engine %s', async (_what, hits, isCut) => {
    const engine = {
      search: () => Promise.resolve({ sessionIds: ['a'], ...hits }),
    } as unknown as SearchEngine;
    const pending = {
      search: () => Promise.resolve({ considered: exclusion([]), matching: [], waiting: 0 }),
    };
    const search = new SessionSearch(engine, pending as unknown as PendingSearch);
    expect((await search.all(asked)).isCut).toBe(isCut);
  });

  it('asks again for a page that such sessions had made short', async () => {
    const indexed = ['a', 'b', 'c', 'd', 'e'];
    const engine = {
      search: ({ offset, limit, except }: EngineQuery) => {
        const sessionIds = indexed.filter((id) => !except?.maybeIndexed.includes(id));
        const page = sessionIds.slice(offset, offset + limit);
        return Promise.resolve({ sessionIds: page, total: sessionIds.length });
      },
    } as unknown as SearchEngine;
    const hits: PendingHits = { considered: exclusion(['a', 'b']), matching: ['a'], waiting: 2 };
    const pending = { search: () => Promise.resolve(hits) } as unknown as PendingSearch;
    await expect(new SessionSearch(engine, pending).search(asked, 4, 0)).resolves.toEqual({
      sessionIds: ['a', 'c', 'd', 'e'],
      total: 4,
      behind: 0,
    });
  });

  it('gives all ids, and how many are behind', async () => {
    const search = searchOver({ matching: ['a'], considered: exclusion(['a']), waiting: 3 }, ['b', 'c']);
    expect(await search.all(asked)).toMatchObject({ sessionIds: ['a', 'b', 'c'], behind: 2 });
  });

  it('answers 503 when the engine is away, and passes on what is no fault of it', async () => {
    const away = searchOver({}, [], new SearchAwayError('away')).search(asked, 1, 0);
    await expect(away).rejects.toThrow(ApiError);
    await expect(away).rejects.toMatchObject({ status: 503 });
    await expect(searchOver({}, [], new TypeError('bug')).search(asked, 1, 0)).rejects.toThrow('bug');
  });
});
