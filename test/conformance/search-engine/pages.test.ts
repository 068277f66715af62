import { newUuid } from '@sessions/contract';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

describe.each(searchEngines())('search by %s: order, pages and totals', (backend) => {
  const projectId = newUuid();
  const many = newUuid();
  const sessions = Array.from({ length: 57 }, (_, at) =>
    searchDocument({ projectId, messages: ['common word'], lastActivityAt: Date.UTC(2026, 0, 1, 0, at) }),
  );
  const byRecency = sessions.map(({ sessionId }) => sessionId).reverse();
  let under: EngineUnderTest;

  beforeAll(async () => {
    under = await openEngine(backend);
    await under.index(sessions);
  });

  afterAll(() => under.close());

  it('puts the latest activity first among equals', async () => {
    expect((await under.search(projectId, 'common', { limit: 100 })).sessionIds).toEqual(byRecency);
    expect((await under.search(projectId, '', { limit: 100 })).sessionIds).toEqual(byRecency);
  });

  it.each([
    [0, 10],
    [10, 10],
    [7, 10],
    [13, 7],
    [50, 50],
    [56, 1],
    [57, 10],
    [1000, 50],
    [0, 0],
  ])('cuts out the page at offset %d, limit %d', async (offset, limit) => {
    for (const text of ['common', '"common word"']) {
      const page = await under.search(projectId, text, { offset, limit });
      expect(page).toEqual({ sessionIds: byRecency.slice(offset, offset + limit), total: 57 });
    }
  });

  it('leaves exceptions out of pages and totals', async () => {
    const except = byRecency.slice(0, 5);
    const page = await under.search(projectId, 'common', { except, limit: 3 });
    expect(page).toEqual({ sessionIds: byRecency.slice(5, 8), total: 52 });
  });

  it('ranks words as typed above typos and beginnings, and the name above messages', async () => {
    const ranked = newUuid();
    const inName = searchDocument({ projectId: ranked, name: 'export', lastActivityAt: 1 });
    const inMessage = searchDocument({ projectId: ranked, messages: ['export'], lastActivityAt: 2 });
    const begins = searchDocument({ projectId: ranked, messages: ['exports'], lastActivityAt: 3 });
    const mistyped = searchDocument({ projectId: ranked, messages: ['ecport'], lastActivityAt: 4 });
    await under.index([mistyped, begins, inMessage, inName]);
    const { sessionIds } = await under.search(ranked, 'export');
    expect(sessionIds.slice(0, 2)).toEqual([inName.sessionId, inMessage.sessionId]);
    expect(sessionIds).toHaveLength(4);
  });

  it('counts exactly up to 10,000 and pages through them', async () => {
    const documents = Array.from({ length: 10_050 }, (_, at) =>
      searchDocument({ projectId: many, name: at < 10_000 ? 'exactly' : 'beyond', lastActivityAt: at }),
    );
    for (let from = 0; from < documents.length; from += 2500) {
      await under.index(documents.slice(from, from + 2500));
    }
    expect((await under.search(many, 'exactly')).total).toBe(10_000);
    expect((await under.search(many, '', { limit: 10 })).total).toBe(10_000);
    const all = await under.search(many, 'exactly', { limit: 10_000 });
    expect(new Set(all.sessionIds).size).toBe(10_000);
  }, 120_000);
});
