import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { createDataSource, createLogger, databaseOf } from '@sessions/runtime';
import { OutboxIndexer } from '@sessions/search';
import type { DataSource } from 'typeorm';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { ScriptedEngine } from './scripted-engine';
import { storeSession, until, waiting } from './stored-sessions';

/** Sessions of one claim, each of which is a batch of its own. */
const CLAIMED = 5;

describe('a claim of several batches', () => {
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  let engine: ScriptedEngine;
  let indexer: OutboxIndexer;

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url).initialize();
    database = databaseOf(dataSource);
  });

  beforeEach(async () => {
    await database.query('TRUNCATE search_outbox');
    const projectId = newUuid();
    for (let stored = 0; stored < CLAIMED; stored++)
      await storeSession(database, { projectId, name: 'name' });
    engine = new ScriptedEngine();
    indexer = new OutboxIndexer(database, engine, createLogger('worker', { LOG_LEVEL: 'silent' }), {
      batchBytes: 1,
      sweepMs: 50,
    });
  });

  afterEach(async () => {
    engine.release();
    await indexer.stop(5000);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  const leased = async (): Promise<number> => {
    const { rows } = await database.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM search_outbox WHERE claimed_until > now() + interval '10 seconds'",
    );
    return rows[0]?.count ?? 0;
  };

  it('is given back, all of it, once the engine does not take a batch', async () => {
    const submit = engine.submit.bind(engine);
    const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
      engine.away = submissions.mock.calls.length > 1;
      return submit(...batch);
    });
    engine.hold();
    await indexer.start();
    await until(async () => engine.away && (await leased()) <= 1);
    expect(submissions).toHaveBeenCalledTimes(2);
    engine.away = false;
    submissions.mockImplementation(submit);
    engine.release();
    await until(async () => (await waiting(database)) === 0);
  });

  it('is handed over no further when the indexer stops', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const submit = engine.submit.bind(engine);
    const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
      await gate;
      return submit(...batch);
    });
    await indexer.start();
    await until(() => submissions.mock.calls.length === 1);
    const stopped = indexer.stop(5000);
    open();
    await stopped;
    expect(submissions).toHaveBeenCalledTimes(1);
    expect(await leased()).toBe(0);
    expect(await waiting(database)).toBe(CLAIMED - 1);
  });
});
