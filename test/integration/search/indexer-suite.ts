import { newUuid } from '@sessions/contract';
import type { DataSourceSettings, Logger } from '@sessions/runtime';
import { createLogger } from '@sessions/runtime';
import type { IndexerOptions } from '@sessions/search';
import { OutboxIndexer } from '@sessions/search';
import { useDatabase } from './database-suite';
import type { DatabaseSuite } from './database-suite';
import { ScriptedEngine } from './scripted-engine';
import { emptied, storeSession, waiting } from './stored-sessions';
import type { StoredSession } from './stored-sessions';

/** Indexers on a scripted engine; each test begins with an empty outbox, an engine and a project of its own. */
export interface IndexerSuite extends DatabaseSuite {
  readonly engine: ScriptedEngine;
  readonly projectId: string;
  readonly logger: Logger;
  /** Starts one more indexer, stopped at the end of the test. */
  start(options?: IndexerOptions): Promise<OutboxIndexer>;
  /** Stores a session, of the test's project unless told otherwise; gives its id. */
  store(session?: Partial<StoredSession>): Promise<string>;
  /** How many sessions wait in the outbox. */
  waiting(): Promise<number>;
  /** Resolves once none waits. */
  emptied(): Promise<void>;
  /** Keeps the engine from taking a batch until `open()`; `asked()` says how many it was offered. */
  holdSubmissions(): { open(): void; asked(): number };
}

/**
 * Gives the suite that calls it indexers on a database of its own.
 *
 * @param settings of the connections to it
 */
export function useIndexers(settings?: DataSourceSettings): IndexerSuite {
  const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
  const suite = useDatabase(settings);
  let engine: ScriptedEngine;
  let indexers: OutboxIndexer[];
  let projectId: string;

  beforeEach(async () => {
    engine = new ScriptedEngine();
    indexers = [];
    projectId = newUuid();
    await suite.database.query('TRUNCATE search_outbox, dead_letters');
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    engine.release();
    await Promise.all(indexers.map((indexer) => indexer.stop(5000)));
  });

  return {
    logger,
    get database() {
      return suite.database;
    },
    get engine() {
      return engine;
    },
    get projectId() {
      return projectId;
    },
    start: async (options = {}) => {
      const indexer = new OutboxIndexer(suite.database, engine, logger, { sweepMs: 50, ...options });
      indexers.push(indexer);
      await indexer.start();
      return indexer;
    },
    store: (session = {}) => storeSession(suite.database, { projectId, ...session }),
    waiting: () => waiting(suite.database),
    emptied: () => emptied(suite.database),
    holdSubmissions: () => {
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const submit = engine.submit.bind(engine);
      const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
        await gate;
        return submit(...batch);
      });
      return { open, asked: () => submissions.mock.calls.length };
    },
  };
}
