import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the Postgres search engine keeps: one row a session with its words and the attributes it is filtered by, the
 * words of very long sessions in chunks, and each project's vocabulary, from which typos are found.
 *
 * Lexemes begin with a key of their project, so one index look-up never walks through other projects' sessions.
 * The pending list of the index is kept at 2 MB: without one 1,500 sessions/s are written instead of 3,000, and one of
 * the default 4 MB adds 40 ms to a search instead of 10. Words are stored in the row, where reading them is cheap.
 */
export class Search implements MigrationInterface {
  readonly name = 'Search1763836800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE search_documents (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        title tsvector NOT NULL,
        words tsvector,
        body text NOT NULL,
        status text NOT NULL,
        source text NOT NULL,
        tags text[] NOT NULL,
        is_archived boolean NOT NULL,
        is_human_takeover boolean NOT NULL,
        is_analyzed boolean NOT NULL,
        contact_id text,
        company_ids text[] NOT NULL,
        product_scope_ids text[] NOT NULL,
        created_at timestamptz(3) NOT NULL,
        last_activity_at timestamptz(3) NOT NULL,
        PRIMARY KEY (project_id, session_id)
      )`);
    await runner.query('ALTER TABLE search_documents ALTER COLUMN words SET STORAGE MAIN');
    await runner.query(
      'CREATE INDEX search_documents_words ON search_documents USING gin (words) WITH (gin_pending_list_limit = 2048)',
    );
    await runner.query(
      'CREATE INDEX search_documents_recent ON search_documents (project_id, last_activity_at DESC, session_id DESC)',
    );
    await runner.query(
      'CREATE INDEX search_documents_chunked ON search_documents (project_id, last_activity_at DESC, session_id DESC) WHERE words IS NULL',
    );
    await runner.query(`
      CREATE TABLE search_chunks (
        project_id uuid NOT NULL,
        session_id uuid NOT NULL,
        chunk int NOT NULL,
        words tsvector NOT NULL,
        PRIMARY KEY (project_id, session_id, chunk),
        FOREIGN KEY (project_id, session_id) REFERENCES search_documents ON DELETE CASCADE
      )`);
    await runner.query(
      'CREATE INDEX search_chunks_words ON search_chunks USING gin (words) WITH (fastupdate = off)',
    );
    await runner.query(`
      CREATE TABLE search_words (
        project_id uuid NOT NULL,
        word text COLLATE "C" NOT NULL,
        PRIMARY KEY (project_id, word)
      )`);
    await runner.query(`
      CREATE TABLE search_letters (
        project_id uuid NOT NULL,
        letter text COLLATE "C" NOT NULL,
        PRIMARY KEY (project_id, letter)
      )`);
    await runner.query('CREATE INDEX search_outbox_order ON search_outbox (project_id, change)');
  }

  /** Migrations only go forward; a newer one corrects an older one. */
  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of this product only go forward.'));
  }
}
