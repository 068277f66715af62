import type { Database, DataSourceSettings } from '@sessions/runtime';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { DataSource } from 'typeorm';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';

/** A database that all tests of a suite share, from its first test to its last. */
export interface DatabaseSuite {
  readonly database: Database;
}

/**
 * Gives the suite that calls it a database of its own, with the schema and nothing in it.
 *
 * @param settings of the connections to it
 */
export function useDatabase(settings?: DataSourceSettings): DatabaseSuite {
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url, settings).initialize();
    database = databaseOf(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });
  return {
    get database() {
      return database;
    },
  };
}
