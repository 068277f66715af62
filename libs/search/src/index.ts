export { MeilisearchEngine } from './meilisearch/meilisearch-engine';
export { PostgresEngine } from './postgres/postgres-engine';
export { SEARCH_ENGINE, SearchAwayError } from './search-engine';
export { Outbox } from './outbox/outbox';
export { OutboxIndexer } from './outbox/outbox-indexer';
export type { IndexerOptions } from './outbox/outbox-indexer';
export { PendingSearch } from './outbox/pending-search';
export { SearchModule } from './search.module';
export { SessionSearch } from './session-search';
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
