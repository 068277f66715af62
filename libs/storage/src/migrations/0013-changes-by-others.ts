import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As the writer queues what it changes. */
const QUEUE_AGAIN = `ON CONFLICT (project_id, session_id) DO UPDATE
          SET change = nextval('search_outbox_change'), claimed_until = NULL, attempts = 0, maybe_indexed = true`;

/**
 * Has the search engine hear of what other systems change by SQL: of a session whether it is analyzed, archived or taken
 * over, and its contact; of a contact its company. Rows are queued in the order in which everybody locks them, which is
 * why the triggers are those of statements.
 *
 * What the pipeline changes it queues itself, later in its transaction; queued here as well, it would be locked out of
 * order. It is told by its version: the pipeline gives a session another one, or other versions of its fields, whenever
 * it changes the contact, and never touches the other three.
 *
 * What was changed before these triggers were there is found by `index repair`.
 */
export class ChangesByOthers implements MigrationInterface {
  readonly name = 'ChangesByOthers1764788400000';

  async up(runner: QueryRunner): Promise<void> {
    // A plan is kept for as long as its connection: one made for a single session would compare each of 100,000 with each.
    await runner.query(`
      CREATE FUNCTION queue_changed_sessions() RETURNS trigger LANGUAGE plpgsql SET enable_nestloop = off AS $$
      BEGIN
        INSERT INTO search_outbox (project_id, session_id)
        SELECT project_id, id FROM added JOIN removed USING (project_id, id, version)
        WHERE added.field_versions IS NOT DISTINCT FROM removed.field_versions
          AND (added.analysis_status, added.is_archived, added.is_human_takeover, added.contact_id)
            IS DISTINCT FROM (removed.analysis_status, removed.is_archived, removed.is_human_takeover, removed.contact_id)
        ORDER BY project_id, id
        ${QUEUE_AGAIN};
        RETURN NULL;
      END $$`);
    await runner.query(`
      CREATE FUNCTION queue_sessions_of_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        projects uuid[];
        contacts text[];
      BEGIN
        IF TG_OP = 'INSERT' THEN
          SELECT array_agg(project_id), array_agg(id) INTO projects, contacts FROM added WHERE company_id IS NOT NULL;
        ELSE
          SELECT array_agg(project_id), array_agg(id) INTO projects, contacts FROM (
            SELECT project_id, id, company_id FROM added EXCEPT SELECT project_id, id, company_id FROM removed
          ) AS moved;
        END IF;
        IF projects IS NOT NULL THEN
          INSERT INTO search_outbox (project_id, session_id)
          SELECT project_id, sessions.id FROM unnest(projects, contacts) AS moved (project_id, contact_id)
            JOIN sessions USING (project_id, contact_id)
          ORDER BY project_id, sessions.id
          ${QUEUE_AGAIN};
        END IF;
        RETURN NULL;
      END $$`);
    // As with the counts: whoever changes something needs no rights to the outbox, and the search path does not matter.
    await runner.query(`
      DO $$
      DECLARE
        name text;
      BEGIN
        FOREACH name IN ARRAY ARRAY['queue_changed_sessions', 'queue_sessions_of_contacts'] LOOP
          EXECUTE format('ALTER FUNCTION %I() SECURITY DEFINER SET search_path = %I, pg_temp', name, current_schema());
          EXECUTE format('REVOKE EXECUTE ON FUNCTION %I() FROM PUBLIC', name);
        END LOOP;
      END $$`);
    await runner.query(`
      CREATE TRIGGER sessions_queued AFTER UPDATE ON sessions REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION queue_changed_sessions();
      CREATE TRIGGER contacts_added AFTER INSERT ON contacts REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION queue_sessions_of_contacts();
      CREATE TRIGGER contacts_changed AFTER UPDATE ON contacts REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION queue_sessions_of_contacts();
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
