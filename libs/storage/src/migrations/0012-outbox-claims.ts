import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the search engine may hold of a session that waits, so that searches need not leave out by its id each session
 * that it cannot know. Rows that older processes write or claim say nothing, and are taken for sessions that it may hold.
 * Only while old and new processes run side by side, and a session is new to a new writer, claimed by an old worker and
 * changed by an old writer, a search may count it twice until it is indexed again.
 */
export class OutboxClaims implements MigrationInterface {
  readonly name = 'OutboxClaims1764702000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SEQUENCE search_outbox_claim');
    await runner.query(`ALTER TABLE search_outbox
      ADD COLUMN claim bigint, ADD COLUMN maybe_indexed boolean NOT NULL DEFAULT true`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only: restore a backup instead.'));
  }
}
