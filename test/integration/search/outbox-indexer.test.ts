import { newUuid } from '@sessions/contract';
import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

describe('the outbox indexer', () => {
  const given = useIndexers();

  it('brings a whole session to the engine and deletes its row', async () => {
    await given.database.query(
      `INSERT INTO contacts (project_id, id, email, company_id) VALUES ($1, 'cont_1', 'a@b.c', 'acme')`,
      [given.projectId],
    );
    const sessionId = await given.store({
      name: 'A name',
      messages: ['one', 'two', 'three'],
      tags: ['bug'],
      contactId: 'cont_1',
    });
    await given.database.query(
      `INSERT INTO session_links (project_id, kind, target_id, session_id)
       VALUES ($1, 'companies', 'other', $2), ($1, 'product_scopes', 'scope', $2), ($1, 'issues', 'issue', $2)`,
      [given.projectId, sessionId],
    );
    await given.start();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)).toEqual({
      projectId: given.projectId,
      sessionId,
      version: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      name: 'A name',
      description: null,
      messages: ['one', 'two', 'three'],
      status: 'active',
      source: 'api',
      tags: ['bug'],
      isArchived: false,
      isHumanTakeover: false,
      analysisStatus: 'pending',
      contactId: 'cont_1',
      companyIds: expect.arrayContaining(['acme', 'other']) as string[],
      productScopeIds: ['scope'],
      createdAt: expect.any(Number) as number,
      lastActivityAt: expect.any(Number) as number,
    });
  });

  it('wakes up at once when it is told to', async () => {
    const indexer = await given.start({ sweepMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await given.store();
    indexer.wake();
    await given.emptied();
  });

  it('removes a session that exists no more', async () => {
    const sessionId = newUuid();
    await given.database.query('INSERT INTO search_outbox (project_id, session_id) VALUES ($1, $2)', [
      given.projectId,
      sessionId,
    ]);
    await given.start();
    await given.emptied();
    expect(given.engine.batches).toMatchObject([
      { documents: [], removals: [{ projectId: given.projectId, sessionId }] },
    ]);
  });

  it('gives each session to one of several processes', async () => {
    for (let at = 0; at < 200; at++) await given.store();
    await Promise.all([1, 2, 3].map(() => given.start({ claimRows: 20 })));
    await given.emptied();
    expect(given.engine.batches.flatMap(({ documents }) => documents)).toHaveLength(200);
  });

  it('keeps several batches in flight, each within its bytes', async () => {
    given.engine.hold();
    for (let at = 0; at < 6; at++) await given.store({ messages: ['x'.repeat(400)] });
    await given.start({ batchBytes: 1000 });
    await eventually(() => given.engine.batches.length === 3);
    expect(given.engine.batches.map(({ documents }) => documents.length)).toEqual([2, 2, 2]);
    expect(await given.waiting()).toBe(6);
    given.engine.release();
    await given.emptied();
  });

  it('sends a session that is longer than a batch alone', async () => {
    await given.store({ messages: ['short'] });
    await given.store({ messages: ['x'.repeat(5000)] });
    await given.store({ messages: ['short'] });
    await given.start({ batchBytes: 1000 });
    await given.emptied();
    expect(given.engine.batches.map(({ documents }) => documents.length)).toEqual([1, 1, 1]);
  });

  it('fills its batches from one backlog while sessions of many projects are in flight', async () => {
    given.engine.hold();
    for (let at = 0; at < 20; at++) await given.store({ projectId: newUuid() });
    await given.start({ claimRows: 20 });
    await eventually(() => given.engine.batches.length === 1);
    await given.database.query(
      'INSERT INTO search_outbox (project_id, session_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 100)',
      [given.projectId],
    );
    await eventually(() => given.engine.batches.length > 1);
    expect(given.engine.batches[1]?.removals).toHaveLength(20);
    given.engine.release();
    await given.emptied();
  });

  it('lets sessions gather for an engine that asks for it', async () => {
    given.engine.lingerMs = 60_000;
    await given.store();
    const indexer = await given.start();
    await given.emptied();
    for (let at = 0; at < 3; at++) {
      await given.store();
      indexer.wake();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(given.engine.batches).toHaveLength(1);
  });

  it('hands over at once what has gathered', async () => {
    given.engine.lingerMs = 100;
    await given.store();
    await given.start();
    await given.emptied();
    await given.database.query(
      'INSERT INTO search_outbox (project_id, session_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 3)',
      [given.projectId],
    );
    await given.emptied();
    expect(given.engine.batches.map(({ removals }) => removals.length)).toEqual([0, 3]);
  });

  it('does not linger while many wait, also where many projects keep claims from being filled', async () => {
    given.engine.lingerMs = 60_000;
    await given.database.query(
      `INSERT INTO search_outbox (project_id, session_id) SELECT gen_random_uuid(), gen_random_uuid()
       FROM generate_series(1, 100)`,
    );
    await given.database.query(
      'INSERT INTO search_outbox (project_id, session_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 3000)',
      [given.projectId],
    );
    await given.start();
    await eventually(async () => (await given.waiting()) < 1000);
    expect(given.engine.batches.length).toBeGreaterThan(1);
  });

  it('stops without waiting for sessions to gather', async () => {
    given.engine.lingerMs = 60_000;
    await given.store();
    const indexer = await given.start();
    await given.emptied();
    const startedAt = performance.now();
    await indexer.stop(20_000);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('has as many batches in flight as the engine asks for', async () => {
    given.engine.batchesInFlight = 3;
    given.engine.hold();
    for (let at = 0; at < 5; at++) await given.store();
    await given.start({ claimRows: 1 });
    await eventually(() => given.engine.batches.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(given.engine.batches).toHaveLength(3);
    given.engine.release();
    await given.emptied();
  });

  it("does not let one project's backlog stand in front of another's session", async () => {
    const other = newUuid();
    for (let at = 0; at < 30; at++) await given.store();
    const late = await given.store({ projectId: other });
    await given.start({ claimRows: 10 });
    await given.emptied();
    expect(given.engine.batches[0]?.documents.map(({ sessionId }) => sessionId)).toContain(late);
  });
});
