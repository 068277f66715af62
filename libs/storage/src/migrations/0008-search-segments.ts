import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The index of words in segments: the words of a session are prefixed with a segment as well as with its project, so
 * that a search can count a common word segment by segment and stop at 10,000. What the Postgres engine had indexed is
 * indexed anew; until that is done, searches find the sessions indexed so far and the last changed of those that wait.
 *
 * Workers of the version before may still run. `version` is renamed so that their writes fail as those of a wrong
 * deployment do, with 42703, and wait: without a segment they would fail with 23502, and a default would not be that of
 * the words.
 */
export class SearchSegments implements MigrationInterface {
  readonly name = 'SearchSegments1764356400000';

  async up(runner: QueryRunner): Promise<void> {
    // A batch in flight is either written by now or refused later.
    await runner.query('LOCK TABLE search_documents, search_chunks IN ACCESS EXCLUSIVE MODE');
    // Under a new change, whoever has written a session and holds its row cannot complete it.
    await runner.query(`
      INSERT INTO search_outbox (project_id, session_id)
      SELECT project_id, session_id FROM search_documents ORDER BY project_id, session_id
      ON CONFLICT (project_id, session_id)
      DO UPDATE SET change = nextval('search_outbox_change'), claimed_until = NULL, attempts = 0`);
    await runner.query('DROP TABLE IF EXISTS search_chunks_rebuild, search_documents_rebuild');
    await runner.query('TRUNCATE search_documents, search_chunks');
    await runner.query('ALTER TABLE search_documents ADD COLUMN segment smallint NOT NULL');
    await runner.query('ALTER TABLE search_documents RENAME COLUMN version TO session_version');
  }

  /** Migrations only go forward; a newer one corrects an older one. */
  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of this product only go forward.'));
  }
}
