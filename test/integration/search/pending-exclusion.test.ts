import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { createDataSource, createLogger, databaseOf } from '@sessions/runtime';
import type { Exclusion, IndexerOptions } from '@sessions/search';
import { Outbox, OutboxIndexer, parseQuery, PendingSearch } from '@sessions/search';
import { SessionWriter } from '@sessions/storage';
import type { DataSource } from 'typeorm';
import { accepted } from '../../support/accepted-session';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { ScriptedEngine } from './scripted-engine';
import { storeSession, until, waiting } from './stored-sessions';

describe('what the engine is told to leave out', () => {
  const LEASE_MS = 20_000;
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  let outbox: Outbox;
  let engine: ScriptedEngine;
  let indexers: OutboxIndexer[];
  let projectId: string;

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url).initialize();
    database = databaseOf(dataSource);
    outbox = new Outbox(database);
  });

  beforeEach(async () => {
    engine = new ScriptedEngine();
    indexers = [];
    projectId = newUuid();
    await database.query('TRUNCATE search_outbox');
  });

  afterEach(async () => {
    engine.release();
    await Promise.all(indexers.map((indexer) => indexer.stop(5000)));
  });

  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  /** Stores as the worker does: a session with an external id is written again when it is there. */
  async function write(external?: string, at = 0): Promise<string> {
    const session = accepted({ projectId, at, ...(external && { external }), fields: { name: `at ${at}` } });
    await new SessionWriter(database).write([session]);
    return session.id;
  }

  async function excluded(maxExcluded = Infinity): Promise<Exclusion> {
    const pending = new PendingSearch(database, 1000, maxExcluded);
    return (await pending.search(projectId, parseQuery('word'), { includeArchived: false })).considered;
  }

  async function claim(limit = 1000): Promise<string> {
    const [first] = await outbox.claim(limit, LEASE_MS);
    return first?.claim ?? 'nothing was claimed';
  }

  async function index(options: IndexerOptions = {}): Promise<void> {
    const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
    const indexer = new OutboxIndexer(database, engine, logger, { sweepMs: 50, ...options });
    indexers.push(indexer);
    await indexer.start();
  }

  it('is nothing of sessions that it cannot have heard of', async () => {
    const sessionIds = [await write('ticket'), await write()].reverse();
    expect(await excluded()).toEqual({ sessionIds, claims: [], maybeIndexed: [] });
  });

  it('is the claim of new sessions in flight, and its documents say so', async () => {
    const ids = [await write(), await write()].reverse();
    engine.hold();
    await index();
    await until(() => engine.batches.length === 1);
    const [batch] = engine.batches;
    expect(batch?.documents).toHaveLength(2);
    expect(await excluded()).toEqual({ sessionIds: ids, claims: [batch?.claim], maybeIndexed: [] });
    engine.release();
    await until(async () => (await waiting(database)) === 0);
    expect(await excluded()).toEqual({ sessionIds: [], claims: [], maybeIndexed: [] });
  });

  it('is every session one by one that was indexed before', async () => {
    const id = await write('ticket', 1);
    await index();
    await until(async () => (await waiting(database)) === 0);
    engine.hold();
    await write('ticket', 2);
    expect((await excluded()).maybeIndexed).toEqual([id]);
    await until(() => engine.batches.length === 2);
    expect(await excluded()).toEqual({ sessionIds: [id], claims: [], maybeIndexed: [id] });
  });

  it('is one by one a new session that changes after it was claimed', async () => {
    const [changed, unchanged] = [await write('ticket', 1), await write()];
    const number = await claim();
    await write('ticket', 2);
    const exclusion = { sessionIds: [changed, unchanged], claims: [number], maybeIndexed: [changed] };
    expect(await excluded()).toEqual(exclusion);
    await claim();
    expect(await excluded()).toEqual(exclusion);
  });

  it('is one by one a session that is claimed again', async () => {
    const id = await write();
    const [entry] = await outbox.claim(1, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const again = await outbox.claim(1, LEASE_MS);
    expect(again).toEqual([{ ...entry, claim: expect.not.stringMatching(entry?.claim ?? '') as string }]);
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });

  it('is one by one a session that was given back', async () => {
    const id = await write();
    await outbox.release(await outbox.claim(1, LEASE_MS));
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });

  it('is one by one what is claimed together and submitted in parts', async () => {
    const ids = [await write(), await write()].reverse();
    engine.hold();
    await index({ batchBytes: 1 });
    await until(() => engine.batches.length === 2);
    expect(engine.batches.map((batch) => batch.claim)).toEqual([undefined, undefined]);
    expect(await excluded()).toEqual({ sessionIds: ids, claims: [], maybeIndexed: ids });
  });

  it('is one by one what is left of a batch that the engine refuses', async () => {
    const ids = [await write(), await write(), await write(), await write()];
    engine.refuses = ({ sessionId }) => sessionId === ids[3];
    const submit = engine.submit.bind(engine);
    const whenSubmitted: Exclusion[] = [];
    const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
      whenSubmitted.push(await excluded());
      return submit(...batch);
    });
    await index();
    await until(async () => (await waiting(database)) === 0);
    submissions.mockRestore();
    expect(whenSubmitted[0]?.maybeIndexed).toEqual([]);
    expect(whenSubmitted[1]).toEqual({ sessionIds: ids.reverse(), claims: [], maybeIndexed: ids });
    expect(engine.batches.slice(1).filter((part) => part.claim !== undefined)).toEqual([]);
  });

  it('is one by one what nobody said is new: rows of older versions and of repairs', async () => {
    const id = await storeSession(database, { projectId });
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });

  it('is bounded; sessions beyond it are not looked at unless they are new', async () => {
    const known = [await storeSession(database, { projectId }), await storeSession(database, { projectId })];
    const fresh = await write();
    expect(await excluded(1)).toEqual({
      sessionIds: [fresh, known[1]],
      claims: [],
      maybeIndexed: [known[1]],
    });
  });
});
