import { newUuid } from '@sessions/contract';
import { createLogger } from '@sessions/runtime';
import type { SearchFilters } from '@sessions/search';
import { OutboxIndexer, parseQuery, PendingSearch, SessionSearch } from '@sessions/search';
import { openEngine } from '../../conformance/search-engine/engine-under-test';
import type { EngineUnderTest } from '../../conformance/search-engine/engine-under-test';
import { searchEngines } from '../../support/backends';
import { eventually } from '../../support/eventually';
import { useDatabase } from './database-suite';
import { storeSession, waiting } from './stored-sessions';

describe.each(searchEngines())('search of sessions with %s', (backend) => {
  const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
  const given = useDatabase();
  let under: EngineUnderTest;
  let projectId: string;

  beforeAll(async () => {
    under = await openEngine(backend);
  });

  beforeEach(async () => {
    projectId = newUuid();
    await given.database.query('TRUNCATE search_outbox');
  });

  afterAll(async () => {
    await under.close();
  });

  function searchOf(maxPending = 1000) {
    const sessionSearch = new SessionSearch(under.engine, new PendingSearch(given.database, maxPending));
    return (text: string, filters: Partial<SearchFilters> = {}, limit = 50, offset = 0) =>
      sessionSearch.search(
        { projectId, query: parseQuery(text), filters: { includeArchived: false, ...filters } },
        limit,
        offset,
      );
  }

  async function indexAll(): Promise<void> {
    const indexer = new OutboxIndexer(given.database, under.engine, logger, { sweepMs: 50 });
    await indexer.start();
    await eventually(async () => (await waiting(given.database)) === 0);
    await indexer.stop(5000);
  }

  it('finds a session before and after it is indexed', async () => {
    const sessionId = await storeSession(given.database, {
      projectId,
      messages: ['The export button does nothing'],
    });
    const search = searchOf();
    const found = { sessionIds: [sessionId], total: 1, behind: 0 };
    expect(await search('exprot "does nothing" butt')).toEqual(found);
    await indexAll();
    expect(await search('exprot "does nothing" butt')).toEqual(found);
  });

  it('knows the newest version of a session whose old one is indexed', async () => {
    const sessionId = await storeSession(given.database, { projectId, name: 'old words', status: 'active' });
    await indexAll();
    await storeSession(given.database, { projectId, sessionId, name: 'new words', status: 'closed' });
    const search = searchOf();
    expect((await search('old')).total).toBe(0);
    expect((await search('new')).sessionIds).toEqual([sessionId]);
    expect((await search('words', { status: 'active' })).total).toBe(0);
    expect((await search('words', { status: 'closed' })).total).toBe(1);
  });

  it('puts what is not indexed yet first, the last changed before the others, and pages through both', async () => {
    const indexed = [];
    for (let at = 0; at < 5; at++)
      indexed.push(await storeSession(given.database, { projectId, name: 'word' }));
    await indexAll();
    const pending = [];
    for (let at = 0; at < 4; at++)
      pending.push(await storeSession(given.database, { projectId, name: 'word' }));
    const search = searchOf();
    const whole = await search('word');
    expect(whole.total).toBe(9);
    expect(whole.sessionIds.slice(0, 4)).toEqual(pending.reverse());
    expect(whole.sessionIds.slice(4).sort()).toEqual(indexed.sort());
    for (let offset = 0; offset < 11; offset++) {
      const page = await search('word', {}, 3, offset);
      expect(page).toEqual({ ...whole, sessionIds: whole.sessionIds.slice(offset, offset + 3) });
    }
  });

  it('looks at a bounded number of waiting sessions, the newest, and says how many it left out', async () => {
    const ids = [];
    for (let at = 0; at < 5; at++) ids.push(await storeSession(given.database, { projectId, name: 'word' }));
    expect(await searchOf(2)('word')).toEqual({ sessionIds: ids.slice(3).reverse(), total: 2, behind: 3 });
    expect(await searchOf(0)('word')).toEqual({ sessionIds: [], total: 0, behind: 5 });
  });

  it('looks at a bounded amount of text, but always at the newest session', async () => {
    const message = 'filler '.repeat(1_500_000);
    await storeSession(given.database, { projectId, messages: [message, 'word'] });
    const newest = await storeSession(given.database, { projectId, messages: [message, 'word'] });
    expect(await searchOf()('word')).toEqual({ sessionIds: [newest], total: 1, behind: 1 });
  });

  it('loads what waits once for all searches of the same moment', async () => {
    await storeSession(given.database, { projectId, messages: ['The export button'] });
    const queries = jest.spyOn(given.database, 'query');
    const search = searchOf();
    const found = await Promise.all(['export', 'button', 'the'].map((text) => search(text)));
    expect(found.map(({ total }) => total)).toEqual([1, 1, 1]);
    const loads = queries.mock.calls.filter(([statement]) =>
      JSON.stringify(statement).includes('json_agg(content'),
    );
    queries.mockRestore();
    expect(loads).toHaveLength(1);
  });

  it('notices a change between two searches', async () => {
    const search = searchOf();
    const sessionId = await storeSession(given.database, { projectId, name: 'first' });
    expect((await search('first')).total).toBe(1);
    await storeSession(given.database, { projectId, sessionId, name: 'second' });
    expect([(await search('first')).total, (await search('second')).total]).toEqual([0, 1]);
  });

  it('forgets a waiting session that exists no more', async () => {
    const search = searchOf();
    await storeSession(given.database, { projectId, name: 'word' });
    expect((await search('word')).total).toBe(1);
    await given.database.query('DELETE FROM sessions WHERE project_id = $1', [projectId]);
    await given.database.query(
      "UPDATE search_outbox SET change = nextval('search_outbox_change') WHERE project_id = $1",
      [projectId],
    );
    expect(await search('word')).toEqual({ sessionIds: [], total: 0, behind: 0 });
  });

  it("never shows another project's waiting session", async () => {
    await storeSession(given.database, { projectId: newUuid(), name: 'word' });
    expect(await searchOf()('word')).toEqual({ sessionIds: [], total: 0, behind: 0 });
  });
});
