import { databaseOf } from '@sessions/runtime';
import type { Configuration, Database } from '@sessions/runtime';
import { createSearchIndexAdmin, SearchAwayError } from '@sessions/search';
import type { SearchIndexAdmin } from '@sessions/search';
import { CommandError } from '../command';
import { withDatabase } from '../database';

/**
 * Connects to the configured database and search engine, does the work, and closes both however it ends.
 *
 * @throws CommandError when either is away, or goes away meanwhile
 */
export function withIndex<Result>(
  configuration: Configuration,
  work: (database: Database, admin: SearchIndexAdmin) => Promise<Result>,
): Promise<Result> {
  return withDatabase(configuration, [], async (dataSource) => {
    const database = databaseOf(dataSource);
    const admin = createSearchIndexAdmin(configuration, database);
    try {
      return await work(database, admin);
    } catch (error) {
      throw error instanceof SearchAwayError ? new CommandError(error.message, { cause: error }) : error;
    } finally {
      await admin.close();
    }
  });
}

/** As `withIndex`, for work that nothing comes of while the engine is away. */
export function withServingIndex<Result>(
  configuration: Configuration,
  work: (database: Database, admin: SearchIndexAdmin) => Promise<Result>,
): Promise<Result> {
  return withIndex(configuration, async (database, admin) => {
    await admin.check();
    return work(database, admin);
  });
}
