import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the search index is compared with the database by, and what a rebuild of it needs: `version` says which state of
 * a session a document was made from, `search_index_state` (one row) says whether a rebuild runs, and
 * `search_rebuild_changes` notes the sessions that were indexed while a rebuild was filling its new index.
 */
export class IndexTruth implements MigrationInterface {
  name = 'IndexTruth1764010800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE search_documents ADD COLUMN version text NOT NULL DEFAULT ''`);
    await runner.query(`
      CREATE TABLE search_index_state (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
        rebuilding_since timestamptz
      )`);
    await runner.query('INSERT INTO search_index_state DEFAULT VALUES');
    await runner.query(`
      CREATE TABLE search_rebuild_changes (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        change bigint NOT NULL,
        PRIMARY KEY (project_id, session_id)
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
