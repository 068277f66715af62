import { newUuid } from '@sessions/contract';
import { Outbox } from '@sessions/search';
import type { Difference, SearchDocument } from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { meilisearchOptions, searchDocument } from '../../conformance/search-engine/engine-under-test';
import { searchEngines } from '../../support/backends';
import { storeSession } from '../search/stored-sessions';
import type { IndexUnderTest } from './index-under-test';
import { openIndex } from './index-under-test';

const NONE = { missing: 0, stale: 0, surplus: 0, refused: 0 };

describe.each(searchEngines())('what the index of %s holds', (backend) => {
  let under: IndexUnderTest;
  let projectId: string;
  let sessions: string[];

  beforeEach(async () => {
    under = await openIndex(backend);
    projectId = newUuid();
    sessions = [];
    for (let at = 0; at < 12; at++) {
      sessions.push(
        await storeSession(under.database, { projectId, name: `word ${at}`, messages: ['text'] }),
      );
    }
  });

  afterEach(() => under.close());

  const bySession = (differences: readonly Difference[]) =>
    [...differences].sort((left, right) => (left.sessionId < right.sessionId ? -1 : 1));
  const difference = (kind: Difference['kind'], sessionId: string, of = projectId): Difference => ({
    kind,
    projectId: of,
    sessionId,
  });

  async function submit(documents: SearchDocument[], removed: string[] = []): Promise<void> {
    const task = await under.engine.submit(
      documents,
      removed.map((sessionId) => ({ projectId, sessionId })),
    );
    expect(await task.settled()).toEqual({ status: 'succeeded' });
  }

  it('does not differ while sessions wait in the outbox, nor once they are indexed', async () => {
    expect(await under.check()).toMatchObject({ differences: NONE, foreign: 0, samples: [] });
    await under.startIndexer();
    await under.indexed();
    expect(await under.check()).toMatchObject({
      counts: { projects: [{ projectId, sessions: 12, documents: 12 }], unknown: 0 },
      differences: NONE,
      compared: 24,
    });
  });

  it('is found to differ in exactly what was lost, is old, or should not be there, and is healed', async () => {
    await under.startIndexer();
    await under.indexed();
    const [lost = '', old = '', changed = ''] = sessions;
    const [strangers, surplus, unknown] = [newUuid(), newUuid(), newUuid()] as const;
    await submit(
      [
        searchDocument({ projectId, sessionId: old, version: 'older', name: 'older' }),
        searchDocument({ projectId, sessionId: surplus, name: 'word surplus' }),
        searchDocument({ projectId: strangers, sessionId: unknown, name: 'word unknown' }),
      ],
      [lost],
    );
    await under.database.query('UPDATE sessions SET name = $2 WHERE id = $1', [changed, 'newer']);

    const expected = bySession([
      difference('missing', lost),
      difference('stale', old),
      difference('stale', changed),
      difference('surplus', surplus),
      difference('surplus', unknown, strangers),
    ]);
    for (const look of [() => under.check(), () => under.repair()]) {
      const found = await look();
      expect(found).toMatchObject({
        differences: { missing: 1, stale: 2, surplus: 2, refused: 0 },
        foreign: 0,
      });
      expect(bySession(found.samples)).toEqual(expected);
      expect(found.counts.unknown).toBe(1);
    }
    await under.indexed();
    expect(await under.check()).toMatchObject({ differences: NONE, counts: { unknown: 0 } });
    expect((await under.search(projectId, 'word')).sort()).toEqual(
      sessions.filter((id) => id !== changed).sort(),
    );
    expect(await under.search(projectId, 'newer')).toEqual([changed]);
    expect(await under.search(projectId, 'older')).toEqual([]);
  });

  it('is healed of so much at once, and what is left is told', async () => {
    await under.startIndexer();
    await under.indexed();
    const surplus = [newUuid(), newUuid(), newUuid()];
    const [lost = ''] = sessions;
    await submit(
      surplus.map((sessionId) => searchDocument({ projectId, sessionId })),
      [lost],
    );
    expect(await under.repair(2)).toMatchObject({
      differences: { ...NONE, missing: 1, surplus: 3 },
      queued: 3,
      left: 1,
    });
    await under.indexed();
    expect(await under.repair(2)).toMatchObject({ queued: 1, left: 0 });
    await under.indexed();
    expect((await under.check()).differences).toEqual(NONE);
  });

  it('is found to differ in what sessions are linked to', async () => {
    await under.startIndexer();
    await under.indexed();
    await under.database.query(
      `INSERT INTO session_links (project_id, kind, target_id, session_id) VALUES ($1, 'companies', 'acme', $2)`,
      [projectId, sessions[3]],
    );
    expect((await under.check()).samples).toEqual([difference('stale', sessions[3] ?? '')]);
  });

  it('is compared by id only where the counts differ, if so wished', async () => {
    await under.startIndexer();
    await under.indexed();
    await submit([searchDocument({ projectId, sessionId: sessions[0] ?? '', version: 'older' })]);
    expect(await under.check({ deep: false })).toMatchObject({ differences: NONE, compared: 0 });
    await submit([], sessions.slice(5, 6));
    expect(await under.check({ deep: false })).toMatchObject({
      differences: { ...NONE, missing: 1, stale: 1 },
    });
  });

  it('is compared for one project alone, if so wished', async () => {
    const other = newUuid();
    await storeSession(under.database, { projectId: other });
    await under.startIndexer();
    await under.indexed();
    await submit([], [sessions[0] ?? '']);
    expect((await under.check({ projectId: other })).differences).toEqual(NONE);
    expect((await under.check({ projectId })).differences).toEqual({ ...NONE, missing: 1 });
  });

  it('lacks what the engine refused, which is left to the dead letters', async () => {
    await under.startIndexer();
    await under.indexed();
    await submit([], [sessions[0] ?? '']);
    await under.database.query(
      `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload)
       VALUES ($1, $2, 'index', $3, 'refused', '{}')`,
      [projectId, newUuid(), sessions[0]],
    );
    expect((await under.repair()).differences).toEqual({ ...NONE, refused: 1 });
    await under.indexed();
    expect((await under.check()).samples).toEqual([difference('refused', sessions[0] ?? '')]);
  });

  it('lacks what it lost after the engine had refused an earlier version', async () => {
    const id = await storeSession(under.database, { projectId, name: 'refused' });
    const outbox = new Outbox(under.database);
    const refused = (await outbox.claim(100, 60_000)).find(({ sessionId }) => sessionId === id);
    if (refused === undefined) throw new Error('The session is not in the outbox.');
    await expect(outbox.park(refused, 'too long')).resolves.toBe(true);
    await under.database.query('UPDATE search_outbox SET claimed_until = NULL');
    await under.startIndexer();
    await under.indexed();
    expect((await under.check()).samples).toEqual([difference('refused', id)]);

    await storeSession(under.database, { projectId, sessionId: id, name: 'taken' });
    await under.indexed();
    await submit([], [id]);
    expect((await under.repair()).samples).toEqual([difference('missing', id)]);
    await under.indexed();
    expect((await under.check()).differences).toEqual(NONE);
  });

  if (backend === 'meilisearch') {
    it('is found to hold documents that name no session, and freed of them', async () => {
      await under.startIndexer();
      await under.indexed();
      const options = meilisearchOptions(under.index);
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      const index = client.index(under.index);
      await index.addDocuments([{ id: 'junk' }, { id: 'more', projectId }]).waitTask();
      await index.updateDocuments([{ id: `${projectId}_${sessions[0]}`, projectId: newUuid() }]).waitTask();
      const found = await under.repair();
      expect(found).toMatchObject({ differences: { ...NONE, stale: 1 }, foreign: 2 });
      await under.indexed();
      expect(await under.check()).toMatchObject({ differences: NONE, foreign: 0, counts: { unknown: 0 } });
    });
  }
});
