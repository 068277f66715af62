import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets every list be read from an index alone. `features` packs what a list is filtered by, beside source and dates,
 * into bits (`session-features.ts` names them); the indexes carry it along, so that sessions that a filter rejects are
 * never fetched. In the order of activity: all sessions of a project, those of a day, those of a contact, those
 * with the same features, those of one source and status.
 *
 * The table is written anew, which takes about a minute for a million sessions, and is locked meanwhile.
 */
export class SessionIndexes implements MigrationInterface {
  name = 'SessionIndexes1764097200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_list, sessions_created, sessions_contact');
    await runner.query('ALTER TABLE sessions DROP CONSTRAINT sessions_pkey');
    await runner.query(`
      CREATE FUNCTION session_features(
        status text, analysis_status text, is_archived boolean, is_human_takeover boolean, tags text[]
      ) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT (
          CASE status WHEN 'closed' THEN 1 ELSE 0 END
          + is_archived::int * 2
          + is_human_takeover::int * 4
          + CASE analysis_status WHEN 'analyzed' THEN 8 ELSE 0 END
          + ('general_feedback' = ANY (tags))::int * 16
          + ('wins' = ANY (tags))::int * 32
          + ('losses' = ANY (tags))::int * 64
          + ('bug' = ANY (tags))::int * 128
          + ('feature_request' = ANY (tags))::int * 256
          + ('change_request' = ANY (tags))::int * 512
        )::smallint
      $$`);
    await runner.query(`
      ALTER TABLE sessions ADD COLUMN features smallint NOT NULL
        GENERATED ALWAYS AS (session_features(status, analysis_status, is_archived, is_human_takeover, tags)) STORED`);
    await runner.query(`
      ALTER TABLE sessions ADD CONSTRAINT sessions_pkey
        PRIMARY KEY (project_id, id) INCLUDE (last_activity_at, created_at, source, features);
      CREATE INDEX sessions_list ON sessions
        (project_id, last_activity_at DESC, id DESC) INCLUDE (created_at, source, features);
      CREATE INDEX sessions_created ON sessions
        (project_id, ((created_at AT TIME ZONE 'UTC')::date), last_activity_at DESC, id DESC)
        INCLUDE (created_at, source, features);
      CREATE INDEX sessions_features ON sessions
        (project_id, features, source, last_activity_at DESC, id DESC) INCLUDE (created_at);
      CREATE INDEX sessions_contact ON sessions (project_id, contact_id)
        INCLUDE (id, last_activity_at, created_at, source, features) WHERE contact_id IS NOT NULL;
      CREATE INDEX sessions_activity ON sessions (project_id, source, status, last_activity_at);
    `);
    // Only pages that were vacuumed can be read from an index alone; by default that waits for a fifth of the table.
    await runner.query(`
      ALTER TABLE sessions SET (
        autovacuum_vacuum_insert_scale_factor = 0.01,
        autovacuum_vacuum_scale_factor = 0.02,
        autovacuum_analyze_scale_factor = 0.02)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
