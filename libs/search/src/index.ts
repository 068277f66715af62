export { createSearchIndexAdmin } from './engines';
export { MeilisearchAdmin } from './meilisearch/meilisearch-admin';
export { MeilisearchEngine } from './meilisearch/meilisearch-engine';
export { PostgresAdmin } from './postgres/postgres-admin';
export { PostgresEngine } from './postgres/postgres-engine';
export { MAX_TOTAL_HITS, SEARCH_ENGINE, SearchAwayError } from './search-engine';
export { Outbox } from './outbox/outbox';
export { OutboxIndexer } from './outbox/outbox-indexer';
export type { IndexerOptions } from './outbox/outbox-indexer';
export { PendingSearch } from './outbox/pending-search';
export { SearchModule } from './search.module';
export { SessionSearch } from './session-search';
export type { SessionQuery } from './session-search';
export { StoredMatcher } from './stored-matcher';
export { IndexCheck } from './truth/index-check';
export type { CheckOptions, CheckResult, RepairResult } from './truth/index-check';
export type { Difference } from './truth/index-comparison';
export { IndexRebuild, RebuildRunsError } from './truth/index-rebuild';
export type { RebuildProgress } from './truth/index-rebuild';
export { indexStatus } from './truth/index-status';
export type { IndexStatus } from './truth/index-status';
export type { FreshIndex, IndexScope, SearchIndexAdmin } from './search-index-admin';
export type {
  EngineHits,
  EngineQuery,
  Exclusion,
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
