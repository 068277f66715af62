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
    const sessionIds = byRecency.slice(0, 5);
    const except = { sessionIds, claims: [], maybeIndexed: sessionIds };
    const page = await under.search(projectId, 'common', { except, limit: 3 });
    expect(page).toEqual({ sessionIds: byRecency.slice(5, 8), total: 52 });
  });

  it('leaves hundreds of exceptions out of pages and totals, also of phrases', async () => {
    const sessionIds = [...byRecency.slice(3, 8), ...Array.from({ length: 400 }, newUuid)];
    const except = { sessionIds, claims: [], maybeIndexed: sessionIds };
    const left = byRecency.filter((id) => !sessionIds.includes(id));
    for (const text of ['common', '"common word"']) {
      const page = await under.search(projectId, text, { except, limit: 10, offset: 2 });
      expect(page).toEqual({ sessionIds: left.slice(2, 12), total: 52 });
    }
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

  it('ranks what says a word at its beginning no higher than what says it later', async () => {
    const ranked = newUuid();
    const atOnce = searchDocument({ projectId: ranked, messages: ['export it'], lastActivityAt: 1 });
    const later = searchDocument({
      projectId: ranked,
      messages: ['would you please export it'],
      lastActivityAt: 2,
    });
    await under.index([atOnce, later]);
    const { sessionIds } = await under.search(ranked, 'export');
    expect(sessionIds).toEqual([later.sessionId, atOnce.sessionId]);
  });

  it('counts exactly up to 10,000 and pages through them', async () => {
    const documents = Array.from({ length: 20_100 }, (_, at) =>
      searchDocument({ projectId: many, name: at < 10_050 ? 'ancient' : 'recent', lastActivityAt: at }),
    );
    const exactly = documents.slice(0, 10_000).map((document) => ({ ...document, description: 'exactly' }));
    const all = [...exactly, ...documents.slice(10_000)];
    for (let from = 0; from < all.length; from += 2500) await under.index(all.slice(from, from + 2500));
    expect((await under.search(many, 'exactly')).total).toBe(10_000);
    expect((await under.search(many, '', { limit: 10 })).total).toBe(10_000);
    const found = await under.search(many, 'exactly', { limit: 10_000 });
    expect(new Set(found.sessionIds).size).toBe(10_000);
    for (const [text, latest] of [
      ['recent', 20_099],
      ['ancient', 10_049],
    ] as const) {
      const wanted = [0, 1, 2].map((place) => documents[latest - place]?.sessionId);
      expect(await under.search(many, text, { limit: 3 })).toEqual({ sessionIds: wanted, total: 10_000 });
    }
    expect((await under.search(many, 'recent', { offset: 9995, limit: 10 })).sessionIds).toHaveLength(5);
    const beyond = await under.search(many, 'recent', { offset: 10_000, limit: 10 });
    expect(beyond).toEqual({ sessionIds: [], total: 10_000 });
    // The latest, which rank first, and hundreds that do not match.
    const recent = documents.slice(10_050).map(({ sessionId }) => sessionId);
    const left = recent.slice(0, -500).reverse();
    const sessionIds = [...recent.slice(-500), ...Array.from({ length: 400 }, newUuid)];
    const except = { sessionIds, claims: [], maybeIndexed: sessionIds };
    for (const [offset, limit] of [
      [0, 10],
      [9540, 50],
    ] as const) {
      const page = await under.search(many, 'recent', { except, offset, limit });
      expect(page).toEqual({ sessionIds: left.slice(offset, offset + limit), total: 9550 });
    }
    expect((await under.search(many, '', { except, limit: 10 })).total).toBe(10_000);
  }, 240_000);

  it('finds what lacks a word, however the sessions came into the index', async () => {
    const apart = newUuid();
    const texts = ['cat dog', 'cat', 'dog', null];
    const documents = texts.map((name, at) => searchDocument({ projectId: apart, name, lastActivityAt: at }));
    for (const document of documents) await under.index([document]);
    const [, cat, , empty] = documents.map(({ sessionId }) => sessionId);
    expect(await under.search(apart, '-dog')).toEqual({ sessionIds: [empty, cat], total: 2 });
  });
});
