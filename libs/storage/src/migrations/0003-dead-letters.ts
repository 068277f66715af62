import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The order in which dead letters are listed (newest first) and replayed (oldest first). */
export class DeadLetterOrder implements MigrationInterface {
  name = 'DeadLetterOrder1763923200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX dead_letters_order ON dead_letters (created_at, project_id, id)');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
