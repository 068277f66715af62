export { MeilisearchEngine } from './meilisearch/meilisearch-engine';
export { PostgresEngine } from './postgres/postgres-engine';
export { SEARCH_ENGINE } from './search-engine';
export type {
  EngineHits,
  EngineQuery,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
  SearchFilters,
} from './search-engine';
export { matches, sessionWords } from './text/matcher';
export { asksForNothing, parseQuery } from './text/query';
export type { ParsedQuery } from './text/query';
