import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A session that other systems change while it is being indexed stays with the process that indexes it, as when the
 * pipeline changes it: the functions of migration 0013 made it free for another one at once.
 */
export class LeasesOutlastChanges implements MigrationInterface {
  readonly name = 'LeasesOutlastChanges1764961200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE
        name text;
        definition text;
      BEGIN
        FOREACH name IN ARRAY ARRAY['queue_changed_sessions', 'queue_sessions_of_contacts'] LOOP
          definition := pg_get_functiondef(name::regproc);
          IF position('claimed_until = NULL, ' IN definition) = 0 THEN
            RAISE EXCEPTION 'The function % is not that of migration 0013.', name;
          END IF;
          EXECUTE replace(definition, 'claimed_until = NULL, ', '');
        END LOOP;
      END $$`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
