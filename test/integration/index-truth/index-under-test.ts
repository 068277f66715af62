import { randomBytes } from 'node:crypto';
import { createDataSource, createLogger, databaseOf } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
import {
  IndexCheck,
  MeilisearchAdmin,
  MeilisearchEngine,
  OutboxIndexer,
  parseQuery,
  PendingSearch,
  PostgresAdmin,
  PostgresEngine,
  SessionSearch,
} from '@sessions/search';
import type { CheckResult, RepairResult, SearchEngine, SearchIndexAdmin } from '@sessions/search';
import { meilisearchOptions } from '../../conformance/search-engine/engine-under-test';
import { createDatabase } from '../../support/backends';
import type { SearchBackend } from '../../support/backends';
import { dropIndex } from '../../support/clean-up';
import { emptied } from '../search/stored-sessions';

/** A database and an index of a test's own, on real servers. */
export interface IndexUnderTest {
  /** What the command line needs to find both. */
  settings: Record<string, string>;
  database: Database;
  engine: SearchEngine;
  admin: SearchIndexAdmin;
  /** Name of the Meilisearch index; unused with Postgres. */
  index: string;
  /** Starts an indexer, as a worker does. */
  startIndexer(): Promise<OutboxIndexer>;
  /** Resolves when everything that was stored is indexed. */
  indexed(): Promise<void>;
  check(options?: { projectId?: string; deep?: boolean }): Promise<CheckResult>;
  /** @param maxSurplus documents that should not be there and that it deals with, if not as many as the product does */
  repair(maxSurplus?: number): Promise<RepairResult>;
  /** Ids that a search finds, as the API would. */
  search(projectId: string, text: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function openIndex(backend: SearchBackend): Promise<IndexUnderTest> {
  const own = await createDatabase();
  const dataSource = await createDataSource(own.url).initialize();
  const database = databaseOf(dataSource);
  const index = `test_${randomBytes(8).toString('hex')}`;
  const onMeilisearch = backend === 'meilisearch' ? meilisearchOptions(index) : undefined;
  const engine = onMeilisearch ? new MeilisearchEngine(onMeilisearch) : new PostgresEngine(database);
  const admin = onMeilisearch ? new MeilisearchAdmin(onMeilisearch) : new PostgresAdmin(database);
  const indexers: OutboxIndexer[] = [];
  const checks = new IndexCheck(database, admin);
  const sessionSearch = new SessionSearch(engine, new PendingSearch(database, 1000));
  await engine.prepare();
  return {
    settings: {
      DATABASE_URL: own.url,
      SEARCH_INDEX: index,
      ...(onMeilisearch ? { MEILI_URL: onMeilisearch.url, MEILI_API_KEY: onMeilisearch.apiKey ?? '' } : {}),
    },
    database,
    engine,
    admin,
    index,
    startIndexer: async () => {
      const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
      const indexer = new OutboxIndexer(database, engine, logger, { sweepMs: 50 });
      indexers.push(indexer);
      await indexer.start();
      return indexer;
    },
    indexed: () => emptied(database),
    check: ({ projectId = null, deep = true }: { projectId?: string | null; deep?: boolean } = {}) =>
      checks.check({ projectId, deep, report: () => undefined }),
    repair: (maxSurplus) => {
      const repairing = new IndexCheck(database, admin, maxSurplus);
      return repairing.repair({ projectId: null, deep: true, report: () => undefined });
    },
    search: async (projectId, text) => {
      const asked = { projectId, query: parseQuery(text), filters: { includeArchived: false } };
      return (await sessionSearch.search(asked, 10_000, 0)).sessionIds;
    },
    close: async () => {
      await Promise.all(indexers.map((indexer) => indexer.stop(5000)));
      await engine.close();
      await admin.close();
      if (onMeilisearch) await dropIndex(onMeilisearch.url, onMeilisearch.apiKey ?? '', index);
      await dataSource.destroy();
      await own.drop();
    },
  };
}
