import { newUuid } from '@sessions/contract';
import type { SearchDocument } from '@sessions/search';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest, SearchOptions } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

describe.each(searchEngines())('search by %s: filters', (backend) => {
  const projectId = newUuid();
  const day = (date: number) => Date.UTC(2026, 0, date);
  const bug = searchDocument({
    projectId,
    name: 'needle bug',
    status: 'closed',
    source: 'zendesk',
    tags: ['bug', 'wins'],
    isHumanTakeover: true,
    analysisStatus: 'analyzed',
    contactId: 'Contact "1"',
    companyIds: ['acme', 'x'.repeat(600)],
    productScopeIds: ['scope-a'],
    createdAt: day(10),
  });
  const request = searchDocument({
    projectId,
    name: 'needle request',
    tags: ['feature_request'],
    analysisStatus: 'failed',
    contactId: 'contact "1"',
    companyIds: ['ACME', `${'x'.repeat(599)}y`],
    productScopeIds: ['scope-b', "it's \\ odd\ud800"],
    createdAt: day(20),
  });
  const archived = searchDocument({
    projectId,
    name: 'needle archived',
    isArchived: true,
    createdAt: day(30),
  });
  const foreign = { ...bug, projectId: newUuid() };
  let under: EngineUnderTest;

  beforeAll(async () => {
    under = await openEngine(backend);
    await under.index([bug, request, archived, foreign]);
  });

  afterAll(() => under.close());

  const cases: [string, SearchOptions, SearchDocument[]][] = [
    ['none: no archived session', {}, [bug, request]],
    ['archived sessions too', { includeArchived: true }, [bug, request, archived]],
    ['a session id', { sessionId: bug.sessionId }, [bug]],
    ['an unknown session id', { sessionId: newUuid() }, []],
    ['status', { status: 'closed' }, [bug]],
    ['source', { source: 'zendesk' }, [bug]],
    ['any of the tags', { tags: ['wins', 'feature_request'] }, [bug, request]],
    ['a tag that none has', { tags: ['losses'] }, []],
    ['created from, inclusive', { createdFrom: day(20) }, [request]],
    ['created to, inclusive', { createdTo: day(10) }, [bug]],
    ['created between', { createdFrom: day(10) + 1, createdTo: day(20) - 1 }, []],
    ['human takeover', { isHumanTakeover: true }, [bug]],
    ['no human takeover', { isHumanTakeover: false }, [request]],
    ['analyzed', { isAnalyzed: true }, [bug]],
    ['not analyzed', { isAnalyzed: false }, [request]],
    ['company, by exact case', { companyId: 'acme' }, [bug]],
    ['company, by its whole length', { companyId: `${'x'.repeat(599)}y` }, [request]],
    ['contact, by exact case', { contactId: 'contact "1"' }, [request]],
    ['contact that tries to be a filter', { contactId: '" OR projectId != "' }, []],
    ['any of the product scopes', { productScopeIds: ['scope-a', 'scope-b'] }, [bug, request]],
    ['an odd product scope', { productScopeIds: ["it's \\ odd\ud800"] }, [request]],
    ['all filters together', { status: 'closed', tags: ['bug'], companyId: 'acme', isAnalyzed: true }, [bug]],
    ['filters that exclude each other', { status: 'closed', source: 'api' }, []],
    [
      'all but some',
      { except: { sessionIds: [bug.sessionId], claims: [], maybeIndexed: [bug.sessionId] } },
      [request],
    ],
  ];

  it.each(cases)('applies %s', async (_what, options, expected) => {
    const ids = expected.map(({ sessionId }) => sessionId).sort();
    for (const text of ['needle', '"needle"', '', '"needle bug"']) {
      const { sessionIds, total } = await under.search(projectId, text, options);
      const wanted = text === '"needle bug"' ? ids.filter((id) => id === bug.sessionId) : ids;
      expect({ text, sessionIds: sessionIds.sort(), total }).toEqual({
        text,
        sessionIds: wanted,
        total: wanted.length,
      });
    }
  });

  it("never shows another project's session", async () => {
    expect(await under.search(foreign.projectId, 'needle')).toEqual({
      sessionIds: [foreign.sessionId],
      total: 1,
    });
    expect(await under.search(newUuid(), 'needle')).toEqual({ sessionIds: [], total: 0 });
    const nobodysRequest = await under.search(foreign.projectId, 'request', { sessionId: request.sessionId });
    expect(nobodysRequest.total).toBe(0);
  });
});
