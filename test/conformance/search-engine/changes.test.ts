import { newUuid } from '@sessions/contract';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

describe.each(searchEngines())('search by %s: changes', (backend) => {
  let under: EngineUnderTest;
  let projectId: string;

  beforeAll(async () => {
    under = await openEngine(backend);
  });

  beforeEach(() => {
    projectId = newUuid();
  });

  afterAll(() => under.close());

  const total = async (text: string) => (await under.search(projectId, text)).total;

  it('answers nothing before anything is indexed', async () => {
    expect(await under.search(projectId, 'word')).toEqual({ sessionIds: [], total: 0 });
  });

  it('replaces a session, so that its old words and attributes are gone', async () => {
    const session = searchDocument({ projectId, name: 'before', messages: ['old words'], tags: ['bug'] });
    await under.index([session]);
    await under.index([{ ...session, name: 'after', messages: [], tags: ['wins'] }]);
    expect([await total('before'), await total('old'), await total('after')]).toEqual([0, 0, 1]);
    expect((await under.search(projectId, 'after', { tags: ['bug'] })).total).toBe(0);
  });

  it('keeps the last of two versions in one batch', async () => {
    const session = searchDocument({ projectId, name: 'first' });
    await under.index([session, { ...session, name: 'second' }]);
    expect([await total('first'), await total('second')]).toEqual([0, 1]);
  });

  it('removes a session, and removes it again without complaint', async () => {
    const gone = searchDocument({ projectId, name: 'word' });
    const kept = searchDocument({ projectId, name: 'word' });
    await under.index([gone, kept]);
    await under.index([], [gone]);
    await under.index([], [gone, { projectId, sessionId: newUuid() }]);
    expect(await under.search(projectId, 'word')).toEqual({ sessionIds: [kept.sessionId], total: 1 });
  });

  it("leaves another project's session of the same id alone", async () => {
    const session = searchDocument({ projectId, name: 'word' });
    const other = { ...session, projectId: newUuid(), name: 'word other' };
    await under.index([session]);
    await under.index([other]);
    await under.index([], [{ ...session }]);
    expect(await total('word')).toBe(0);
    expect((await under.search(other.projectId, 'word')).total).toBe(1);
  });

  it('leaves out what was submitted under claims that still wait', async () => {
    const [before, waiting, updated] = [1, 2, 3].map(() => searchDocument({ projectId, name: 'word' }));
    if (!before || !waiting || !updated) throw new Error('There are three.');
    await under.index([before, updated], [], '1');
    await under.index([waiting, updated], [], '2');
    const sessionIds = [waiting.sessionId, updated.sessionId];
    const found = async (claims: string[], maybeIndexed: string[]) =>
      under.search(projectId, 'word', { except: { sessionIds, claims, maybeIndexed } });
    const left = { sessionIds: [before.sessionId], total: 1 };
    expect(await found(['2'], [])).toEqual(left);
    expect(await found(['2', '3'], [updated.sessionId])).toEqual(left);
    expect(await found([], sessionIds)).toEqual(left);
  });

  it('takes as many sessions at once as it asks for', async () => {
    await under.index(
      Array.from({ length: under.engine.batchSize }, () => searchDocument({ projectId, name: 'word' })),
    );
    expect(await total('word')).toBe(under.engine.batchSize);
  });

  it('takes many batches without waiting for each', async () => {
    const sessions = Array.from({ length: 40 }, (_, at) => searchDocument({ projectId, name: `word ${at}` }));
    const tasks = [];
    for (const session of sessions) tasks.push(await under.engine.submit([session], []));
    for (const task of tasks) expect(await task.settled()).toEqual({ status: 'succeeded' });
    expect(await total('word')).toBe(40);
  });

  it('refuses a batch with a session it cannot hold as a whole, and says why', async () => {
    const good = searchDocument({ projectId, name: 'word' });
    const bad = searchDocument({ projectId, sessionId: 'no id at all', name: 'word' });
    const task = await under.engine.submit([good, bad], []);
    expect(await task.settled()).toEqual({
      status: 'failed',
      reason: expect.stringMatching(/no id at all/) as string,
    });
    expect(await total('word')).toBe(0);
    await under.index([good]);
    expect(await total('word')).toBe(1);
  });

  it('is ready, and may be prepared again', async () => {
    await under.engine.check();
    await under.engine.prepare();
  });
});
