import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds sessions by a part of their name without reading the whole project. It needs two extensions that come with
 * Postgres and that the owner of a database may add; where an installation leaves them out or does not allow them (as
 * Azure does, with 0A000, until they are on its list), where this role may not add them, or where their schema is not on
 * the search path, the filter stays slow.
 */
export class NameIndex implements MigrationInterface {
  readonly name = 'NameIndex1764442800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        IF (SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gin')) = 2 THEN
          CREATE EXTENSION IF NOT EXISTS pg_trgm;
          CREATE EXTENSION IF NOT EXISTS btree_gin;
          CREATE INDEX sessions_name ON sessions USING gin (project_id, name gin_trgm_ops) WHERE name IS NOT NULL;
        END IF;
      EXCEPTION WHEN insufficient_privilege OR undefined_object OR feature_not_supported THEN
        RAISE NOTICE 'Finding sessions by name stays slow: %', SQLERRM;
      END $$`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
