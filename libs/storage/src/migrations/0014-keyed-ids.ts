import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells of an idempotency key whether the ids of what it creates hang on the body as well. Those of earlier releases do
 * not, and a request that one of them left unanswered must come to the same session when a later one repeats it.
 */
export class KeyedIds implements MigrationInterface {
  readonly name = 'KeyedIds1764874800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency_keys ADD COLUMN ids_from_body boolean');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
