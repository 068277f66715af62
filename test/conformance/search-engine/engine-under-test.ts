import { randomBytes } from 'node:crypto';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { SearchDocument, SearchDocumentKey, SearchEngine, SearchIndexAdmin } from '@sessions/search';
import {
  MeilisearchAdmin,
  MeilisearchEngine,
  parseQuery,
  PostgresAdmin,
  PostgresEngine,
} from '@sessions/search';
import type { EngineHits, Exclusion, SearchFilters } from '@sessions/search';
import { newUuid } from '@sessions/contract';
import { backends, createDatabase } from '../../support/backends';
import type { SearchBackend } from '../../support/backends';
import { dropIndex } from '../../support/clean-up';

/** What a search may ask for beside its text. */
export interface SearchOptions extends Partial<SearchFilters> {
  except?: Exclusion;
  limit?: number;
  offset?: number;
}

/** An engine on a real server, empty, and the few calls that tests make of it. */
export interface EngineUnderTest {
  engine: SearchEngine;
  admin: SearchIndexAdmin;
  /** Submits and waits; fails the test unless the engine succeeded. */
  index(documents: SearchDocument[], removals?: SearchDocumentKey[], claim?: string): Promise<void>;
  search(projectId: string, text: string, options?: SearchOptions): Promise<EngineHits>;
  /** Closes the engine and removes what it holds. */
  close(): Promise<void>;
}

/** Opens an engine that holds nothing yet. */
export async function openEngine(backend: SearchBackend): Promise<EngineUnderTest> {
  const { engine, admin, remove } = backend === 'postgres' ? await openPostgres() : openMeilisearch();
  await engine.prepare();
  return {
    engine,
    admin,
    index: async (documents, removals = [], claim) => {
      const task = await engine.submit(documents, removals, claim);
      expect(await task.settled()).toEqual({ status: 'succeeded' });
    },
    search: (projectId, text, { except, limit = 50, offset = 0, ...filters } = {}) =>
      engine.search({
        projectId,
        query: parseQuery(text),
        filters: { includeArchived: false, ...filters },
        ...(except && { except }),
        limit,
        offset,
      }),
    close: async () => {
      await engine.close();
      await admin.close();
      await remove();
    },
  };
}

/** A session as an engine gets it, with nothing in it but what the test says. */
export function searchDocument(fields: Partial<SearchDocument> & { projectId: string }): SearchDocument {
  return {
    sessionId: newUuid(),
    version: 'first',
    name: null,
    description: null,
    messages: [],
    status: 'active',
    source: 'api',
    tags: [],
    isArchived: false,
    isHumanTakeover: false,
    analysisStatus: 'pending',
    contactId: null,
    companyIds: [],
    productScopeIds: [],
    createdAt: Date.UTC(2026, 0, 15),
    lastActivityAt: Date.UTC(2026, 0, 15),
    ...fields,
  };
}

/** The options of a second engine on the same Meilisearch server. */
export function meilisearchOptions(index: string) {
  const server = backends().meilisearch;
  if (!server) throw new Error('This machine has no Meilisearch.');
  return { url: server.url, apiKey: server.key || undefined, index };
}

async function openPostgres() {
  const database = await createDatabase();
  const dataSource = await createDataSource(database.url).initialize();
  return {
    engine: new PostgresEngine(databaseOf(dataSource)),
    admin: new PostgresAdmin(databaseOf(dataSource)),
    remove: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

function openMeilisearch() {
  const options = meilisearchOptions(`test_${randomBytes(8).toString('hex')}`);
  return {
    engine: new MeilisearchEngine(options),
    admin: new MeilisearchAdmin(options),
    remove: () => dropIndex(options.url, options.apiKey ?? '', options.index),
  };
}
