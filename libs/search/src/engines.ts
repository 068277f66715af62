import type { Configuration, Database } from '@sessions/runtime';
import { MeilisearchAdmin } from './meilisearch/meilisearch-admin';
import { MeilisearchEngine } from './meilisearch/meilisearch-engine';
import { PostgresAdmin } from './postgres/postgres-admin';
import { PostgresEngine } from './postgres/postgres-engine';
import type { SearchEngine } from './search-engine';
import type { SearchIndexAdmin } from './search-index-admin';

type SearchSettings = Pick<Configuration, 'MEILI_URL' | 'MEILI_API_KEY' | 'SEARCH_INDEX'>;

/** The engine that the configuration asks for: Meilisearch when MEILI_URL is set, else Postgres. */
export function createSearchEngine(settings: SearchSettings, database: Database): SearchEngine {
  const { MEILI_URL: url, MEILI_API_KEY: apiKey, SEARCH_INDEX: index } = settings;
  return url === undefined ? new PostgresEngine(database) : new MeilisearchEngine({ url, apiKey, index });
}

/** What inspects the index of that engine. */
export function createSearchIndexAdmin(settings: SearchSettings, database: Database): SearchIndexAdmin {
  const { MEILI_URL: url, MEILI_API_KEY: apiKey, SEARCH_INDEX: index } = settings;
  return url === undefined ? new PostgresAdmin(database) : new MeilisearchAdmin({ url, apiKey, index });
}
