import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The advisory lock of whoever folds. 7_340_021 to 7_340_023 are those of migrations, rebuilds and claims. */
const FOLD_LOCK = 7_340_024;

/**
 * Exact counts of sessions that are read as fast at any size.
 *
 * Every statement that changes `sessions`, whoever sends it, appends to `session_count_deltas` by how many it changed
 * the sessions of one project, source, day of creation (UTC) and set of features. Nothing that is there is updated, so
 * writers never wait for each other. `fold_session_counts` moves deltas into `session_counts`, in one statement, so
 * that every snapshot shows each session in exactly one of the two tables.
 *
 * `session_counts` has a row for each set of features that sessions of a source, or of any (`''`), have that were
 * created on a day, in a month (by its first day), or at any time (`-infinity`). A total is the sum of the sets that
 * pass the filters. Without rows for any source eight times as many would have to be summed; without months, thirty
 * times as many where the dates are a year apart. A row for each subset of the features would make every sum
 * one of a few rows, but took three times the space, and 36 s to fold for a million sessions.
 */
export class SessionCounts implements MigrationInterface {
  name = 'SessionCounts1764183600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE session_counts (
        project_id uuid NOT NULL,
        source text NOT NULL,
        period text NOT NULL CHECK (period IN ('all', 'month', 'day')),
        starts date NOT NULL,
        features smallint NOT NULL,
        sessions bigint NOT NULL,
        PRIMARY KEY (project_id, source, period, starts, features)
      ) WITH (fillfactor = 70);

      CREATE TABLE session_count_deltas (
        project_id uuid NOT NULL,
        id bigint GENERATED ALWAYS AS IDENTITY,
        source text NOT NULL,
        features smallint NOT NULL,
        day date NOT NULL,
        sessions bigint NOT NULL,
        PRIMARY KEY (project_id, id)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)`);
    await runner.query(`
      CREATE FUNCTION fold_session_counts(most integer) RETURNS integer LANGUAGE plpgsql AS $$
      DECLARE
        folded integer;
      BEGIN
        IF NOT pg_try_advisory_xact_lock(${FOLD_LOCK}) THEN
          RETURN 0;
        END IF;
        WITH taken AS (
          DELETE FROM session_count_deltas
          WHERE ctid = ANY (ARRAY(SELECT ctid FROM session_count_deltas LIMIT most))
          RETURNING project_id, source, features, day, sessions
        ), exact AS MATERIALIZED (
          SELECT project_id, source, features, day, sum(sessions) AS sessions
          FROM taken GROUP BY project_id, source, features, day
        ), written AS (
          INSERT INTO session_counts AS counts (project_id, source, period, starts, features, sessions)
          SELECT project_id, counted_source, period, starts, features, sum(sessions)
          FROM exact,
            LATERAL (VALUES (source), ('')) AS sources (counted_source),
            LATERAL (VALUES ('all', '-infinity'), ('month', date_trunc('month', day)::date), ('day', day))
              AS periods (period, starts)
          GROUP BY project_id, counted_source, period, starts, features HAVING sum(sessions) <> 0
          ORDER BY project_id, counted_source, period, starts, features
          ON CONFLICT (project_id, source, period, starts, features)
          DO UPDATE SET sessions = counts.sessions + excluded.sessions
        )
        SELECT count(*) INTO folded FROM taken;
        RETURN folded;
      END $$`);
    await runner.query(`
      CREATE FUNCTION note_session_counts() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
          SELECT project_id, source, features, (created_at AT TIME ZONE 'UTC')::date AS created_on, count(*)
          FROM added GROUP BY project_id, source, features, created_on;
        ELSIF TG_OP = 'DELETE' THEN
          INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
          SELECT project_id, source, features, (created_at AT TIME ZONE 'UTC')::date AS created_on, -count(*)
          FROM removed GROUP BY project_id, source, features, created_on;
        ELSIF TG_OP = 'UPDATE' THEN
          INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
          SELECT project_id, source, features, (created_at AT TIME ZONE 'UTC')::date AS created_on, sum(change)
          FROM (SELECT project_id, source, features, created_at, 1 AS change FROM added
            UNION ALL SELECT project_id, source, features, created_at, -1 FROM removed) AS changed
          GROUP BY project_id, source, features, created_on HAVING sum(change) <> 0;
        ELSE
          TRUNCATE session_counts, session_count_deltas;
        END IF;
        RETURN NULL;
      END $$`);
    // Whoever may change sessions is counted, without rights to the counts and whatever their search path is. `pg_temp`
    // comes last, and nobody else may use the function, so that its rights serve nothing but counting.
    await runner.query(`
      DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION note_session_counts() SECURITY DEFINER SET search_path = %I, pg_temp',
          current_schema());
        REVOKE EXECUTE ON FUNCTION note_session_counts() FROM PUBLIC;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sessions_added AFTER INSERT ON sessions REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION note_session_counts();
      CREATE TRIGGER sessions_removed AFTER DELETE ON sessions REFERENCING OLD TABLE AS removed
        FOR EACH STATEMENT EXECUTE FUNCTION note_session_counts();
      CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION note_session_counts();
      CREATE TRIGGER sessions_emptied AFTER TRUNCATE ON sessions
        FOR EACH STATEMENT EXECUTE FUNCTION note_session_counts();
    `);
    // The triggers hold off writers until this transaction ends, so that nothing is counted twice or not at all.
    await runner.query(`
      INSERT INTO session_count_deltas (project_id, source, features, day, sessions)
      SELECT project_id, source, features, (created_at AT TIME ZONE 'UTC')::date AS created_on, count(*)
      FROM sessions GROUP BY project_id, source, features, created_on`);
    await runner.query('SELECT fold_session_counts(2147483647)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
