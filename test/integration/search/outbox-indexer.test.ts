import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { createDataSource, createLogger, databaseOf } from '@sessions/runtime';
import type { IndexerOptions } from '@sessions/search';
import { Outbox, OutboxIndexer } from '@sessions/search';
import type { DataSource } from 'typeorm';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { ScriptedEngine } from './scripted-engine';
import { storeSession, until, waiting } from './stored-sessions';

describe('the outbox indexer', () => {
  const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  let engine: ScriptedEngine;
  let indexers: OutboxIndexer[];
  let projectId: string;

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url).initialize();
    database = databaseOf(dataSource);
  });

  beforeEach(async () => {
    engine = new ScriptedEngine();
    indexers = [];
    projectId = newUuid();
    await database.query('TRUNCATE search_outbox, dead_letters');
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    engine.release();
    await Promise.all(indexers.map((indexer) => indexer.stop(5000)));
  });

  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  async function start(options: IndexerOptions = {}): Promise<OutboxIndexer> {
    const indexer = new OutboxIndexer(database, engine, logger, { sweepMs: 50, ...options });
    indexers.push(indexer);
    await indexer.start();
    return indexer;
  }

  /** Keeps the engine from taking a batch until `open()`; `asked()` says how many it was offered. */
  function holdSubmissions() {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const submit = engine.submit.bind(engine);
    const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
      await gate;
      return submit(...batch);
    });
    return { open, asked: () => submissions.mock.calls.length };
  }

  const emptied = () => until(async () => (await waiting(database)) === 0);

  it('brings a whole session to the engine and deletes its row', async () => {
    await database.query(
      `INSERT INTO contacts (project_id, id, email, company_id) VALUES ($1, 'cont_1', 'a@b.c', 'acme')`,
      [projectId],
    );
    const sessionId = await storeSession(database, {
      projectId,
      name: 'A name',
      messages: ['one', 'two', 'three'],
      tags: ['bug'],
      contactId: 'cont_1',
    });
    await database.query(
      `INSERT INTO session_links (project_id, kind, target_id, session_id)
       VALUES ($1, 'companies', 'other', $2), ($1, 'product_scopes', 'scope', $2), ($1, 'issues', 'issue', $2)`,
      [projectId, sessionId],
    );
    await start();
    await emptied();
    expect(engine.indexed.get(sessionId)).toEqual({
      projectId,
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
    const indexer = await start({ sweepMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await storeSession(database, { projectId });
    indexer.wake();
    await emptied();
  });

  it('removes a session that exists no more', async () => {
    const sessionId = newUuid();
    await database.query('INSERT INTO search_outbox (project_id, session_id) VALUES ($1, $2)', [
      projectId,
      sessionId,
    ]);
    await start();
    await emptied();
    expect(engine.batches).toMatchObject([{ documents: [], removals: [{ projectId, sessionId }] }]);
  });

  it('keeps the row of a session that changes while it is indexed, and indexes it again', async () => {
    engine.hold();
    const sessionId = await storeSession(database, { projectId, name: 'before' });
    await start();
    await until(() => engine.batches.length === 1);
    await storeSession(database, { projectId, sessionId, name: 'after' });
    engine.release();
    await emptied();
    expect(engine.indexed.get(sessionId)?.name).toBe('after');
  });

  it('indexes once more what another process may have overtaken', async () => {
    engine.hold();
    const sessionId = await storeSession(database, { projectId, name: 'before' });
    await start();
    await until(() => engine.batches.length === 1);
    await database.query('UPDATE sessions SET name = $2 WHERE id = $1', [sessionId, 'after']);
    await database.query('DELETE FROM search_outbox');
    engine.release();
    await until(() => engine.indexed.get(sessionId)?.name === 'after');
    await emptied();
  });

  it('indexes once more also when the process that overtook it ends last', async () => {
    const outbox = new Outbox(database);
    const sessionId = await storeSession(database, { projectId, name: 'before' });
    const overtaken = await outbox.claim(10, 60_000);
    await storeSession(database, { projectId, sessionId, name: 'after' });
    const newest = await outbox.claim(10, 60_000);
    await outbox.complete(overtaken);
    await outbox.complete(newest);
    expect(await waiting(database)).toBe(1);
    await outbox.complete(await outbox.claim(10, 60_000));
    expect(await waiting(database)).toBe(0);
  });

  it('gives back what it held as soon as the database answers again', async () => {
    engine.hold();
    await storeSession(database, { projectId });
    await start();
    await until(() => engine.batches.length === 1);
    const lost = jest.spyOn(database, 'query').mockRejectedValue(new Error('The database is away.'));
    engine.release();
    await until(() => lost.mock.calls.length > 2);
    lost.mockRestore();
    const since = Date.now();
    await emptied();
    expect(Date.now() - since).toBeLessThan(5000);
  });

  it('prepares the engine only while no batch is in flight, in any process', async () => {
    engine.hold();
    await storeSession(database, { projectId });
    await start();
    await until(() => engine.batches.length === 1);
    engine.prepared = false;
    await start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await storeSession(database, { projectId });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(engine.batches).toHaveLength(1);
    expect(engine.unsettledAtPreparation).toBeUndefined();
    engine.release();
    await emptied();
    expect(engine.unsettledAtPreparation).toBe(0);
  });

  it('keeps several batches in flight, each within its bytes', async () => {
    engine.hold();
    for (let at = 0; at < 6; at++) await storeSession(database, { projectId, messages: ['x'.repeat(400)] });
    await start({ batchBytes: 1000 });
    await until(() => engine.batches.length === 3);
    expect(engine.batches.map(({ documents }) => documents.length)).toEqual([2, 2, 2]);
    expect(await waiting(database)).toBe(6);
    engine.release();
    await emptied();
  });

  it('sends a session that is longer than a batch alone', async () => {
    await storeSession(database, { projectId, messages: ['short'] });
    await storeSession(database, { projectId, messages: ['x'.repeat(5000)] });
    await storeSession(database, { projectId, messages: ['short'] });
    await start({ batchBytes: 1000 });
    await emptied();
    expect(engine.batches.map(({ documents }) => documents.length)).toEqual([1, 1, 1]);
  });

  it('parks what the engine refuses, and indexes the rest of its batch', async () => {
    engine.refuses = ({ name }) => name === 'bad';
    for (let at = 0; at < 9; at++) await storeSession(database, { projectId, name: 'good' });
    const bad = await storeSession(database, { projectId, name: 'bad' });
    for (let at = 0; at < 9; at++) await storeSession(database, { projectId, name: 'good' });
    await start();
    await emptied();
    expect(engine.indexed.size).toBe(18);
    const { rows } = await database.query('SELECT project_id, kind, session_id, reason FROM dead_letters');
    expect(rows).toEqual([
      { project_id: projectId, kind: 'index', session_id: bad, reason: 'It is refused.' },
    ]);
  });

  it('waits for an engine that is away, says so once, and loses nothing', async () => {
    const warn = jest.spyOn(logger, 'warn');
    const info = jest.spyOn(logger, 'info');
    engine.away = true;
    await storeSession(database, { projectId });
    await start();
    await new Promise((resolve) => setTimeout(resolve, 1800));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(await waiting(database)).toBe(1);
    engine.away = false;
    await emptied();
    await until(() => info.mock.calls.length === 1);
  });

  it('goes on within five seconds of the return of an engine that was away for long', async () => {
    engine.away = true;
    await storeSession(database, { projectId });
    await start();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    engine.away = false;
    const since = Date.now();
    await emptied();
    expect(Date.now() - since).toBeLessThan(5000);
  });

  it('gives rows back when the engine goes away while it works on them', async () => {
    engine.hold();
    await storeSession(database, { projectId });
    await start();
    await until(() => engine.batches.length === 1);
    engine.away = true;
    engine.release();
    await until(async () => {
      const { rows } = await database.query<{ attempts: number }>('SELECT attempts FROM search_outbox');
      return rows[0]?.attempts === 1;
    });
    engine.away = false;
    await emptied();
    expect((await database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
  });

  it("does not let one project's backlog stand in front of another's session", async () => {
    const other = newUuid();
    for (let at = 0; at < 30; at++) await storeSession(database, { projectId });
    const late = await storeSession(database, { projectId: other });
    await start({ claimRows: 10 });
    await emptied();
    expect(engine.batches[0]?.documents.map(({ sessionId }) => sessionId)).toContain(late);
  });

  it('fills its batches from one backlog while sessions of many projects are in flight', async () => {
    engine.hold();
    for (let at = 0; at < 20; at++) await storeSession(database, { projectId: newUuid() });
    await start({ claimRows: 20 });
    await until(() => engine.batches.length === 1);
    await database.query(
      'INSERT INTO search_outbox (project_id, session_id) SELECT $1, gen_random_uuid() FROM generate_series(1, 100)',
      [projectId],
    );
    await until(() => engine.batches.length > 1);
    expect(engine.batches[1]?.removals).toHaveLength(20);
    engine.release();
    await emptied();
  });

  it('gives each session to one of several processes', async () => {
    for (let at = 0; at < 200; at++) await storeSession(database, { projectId });
    await Promise.all([1, 2, 3].map(() => start({ claimRows: 20 })));
    await emptied();
    expect(engine.batches.flatMap(({ documents }) => documents)).toHaveLength(200);
  });

  it('takes over from a process that died, when its lease is over', async () => {
    await storeSession(database, { projectId });
    await database.query(`UPDATE search_outbox SET claimed_until = now() + interval '300 milliseconds'`);
    await start();
    await emptied();
  });

  it('holds on to its rows for as long as the engine takes', async () => {
    engine.hold();
    await storeSession(database, { projectId });
    await start({ leaseMs: 300 });
    await start({ leaseMs: 300 });
    await until(() => engine.batches.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(engine.batches).toHaveLength(1);
    engine.release();
    await emptied();
  });

  it('holds on to rows that wait for the engine to take those before them', async () => {
    const submissions = holdSubmissions();
    for (let at = 0; at < 3; at++) await storeSession(database, { projectId, messages: ['x'.repeat(400)] });
    await start({ leaseMs: 300, batchBytes: 500 });
    await until(() => submissions.asked() === 1);
    await start({ leaseMs: 300, batchBytes: 500 });
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(submissions.asked()).toBe(1);
    submissions.open();
    await emptied();
  });

  it('gives back what the engine has not taken when it is stopped', async () => {
    const submissions = holdSubmissions();
    for (let at = 0; at < 3; at++) await storeSession(database, { projectId, messages: ['x'.repeat(400)] });
    const indexer = await start({ batchBytes: 500 });
    await until(() => submissions.asked() === 1);
    await indexer.stop(100);
    const { rows } = await database.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM search_outbox WHERE claimed_until > now() + interval '2 seconds'`,
    );
    expect(rows).toEqual([{ held: 0 }]);
    submissions.open();
    await start();
    await emptied();
  });

  it('stops after what is in flight, and gives back what is not done in time', async () => {
    engine.hold();
    await storeSession(database, { projectId });
    const indexer = await start();
    await until(() => engine.batches.length === 1);
    await indexer.stop(100);
    const { rows } = await database.query<{ held: boolean }>(
      `SELECT claimed_until > now() + interval '2 seconds' AS held FROM search_outbox`,
    );
    expect(rows).toEqual([{ held: false }]);
    engine.release();
    await emptied();
  });
});
