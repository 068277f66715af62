import { Inject, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { CONFIGURATION, Database, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { createSearchEngine } from './engines';
import { OutboxIndexer } from './outbox/outbox-indexer';
import { PendingSearch } from './outbox/pending-search';
import { SEARCH_ENGINE } from './search-engine';
import type { SearchEngine } from './search-engine';
import { SessionSearch } from './session-search';
import { StoredMatcher } from './stored-matcher';

/**
 * Search for the API (`SessionSearch`, `StoredMatcher`), and the indexer for the worker (`OutboxIndexer`, which works
 * once started). Needs the global `RuntimeModule` and `DatabaseModule`.
 */
@Module({
  providers: [
    { provide: SEARCH_ENGINE, inject: [CONFIGURATION, Database], useFactory: createSearchEngine },
    {
      provide: PendingSearch,
      inject: [Database, CONFIGURATION],
      useFactory: (database: Database, configuration: Configuration) =>
        new PendingSearch(database, configuration.SEARCH_PENDING_SESSIONS),
    },
    {
      provide: SessionSearch,
      inject: [SEARCH_ENGINE, PendingSearch],
      useFactory: (engine: SearchEngine, pending: PendingSearch) => new SessionSearch(engine, pending),
    },
    {
      provide: StoredMatcher,
      inject: [Database],
      useFactory: (database: Database) => new StoredMatcher(database),
    },
    {
      provide: OutboxIndexer,
      inject: [Database, SEARCH_ENGINE, LOGGER],
      useFactory: (database: Database, engine: SearchEngine, logger: Logger) =>
        new OutboxIndexer(database, engine, logger),
    },
  ],
  exports: [SEARCH_ENGINE, SessionSearch, StoredMatcher, OutboxIndexer],
})
export class SearchModule implements BeforeApplicationShutdown {
  constructor(
    @Inject(SEARCH_ENGINE) private readonly engine: SearchEngine,
    private readonly indexer: OutboxIndexer,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Before the database closes, which happens in the next phase. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.indexer.stop(this.configuration.SHUTDOWN_SECONDS * 500);
    await this.engine.close();
  }
}
