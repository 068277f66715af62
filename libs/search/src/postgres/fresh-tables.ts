import type { Database, Queryable } from '@sessions/runtime';
import type { DocumentTables } from './write-statements';
import { LIVE_TABLES } from './write-statements';

/** The tables that a rebuild fills. */
export const FRESH_TABLES: DocumentTables = {
  documents: 'search_documents_rebuild',
  chunks: 'search_chunks_rebuild',
};

/** The key of the live chunks' documents is copied by hand, because `LIKE` leaves foreign keys out. */
const CREATE = `
  DROP TABLE IF EXISTS ${FRESH_TABLES.chunks}, ${FRESH_TABLES.documents};
  CREATE TABLE ${FRESH_TABLES.documents} (LIKE ${LIVE_TABLES.documents} INCLUDING ALL);
  CREATE TABLE ${FRESH_TABLES.chunks} (LIKE ${LIVE_TABLES.chunks} INCLUDING ALL);
  ALTER TABLE ${FRESH_TABLES.chunks} ADD CONSTRAINT ${LIVE_TABLES.chunks}_project_id_session_id_fkey
    FOREIGN KEY (project_id, session_id) REFERENCES ${FRESH_TABLES.documents} ON DELETE CASCADE`;

/** Names of the indexes of the fresh tables beside those of the live ones that do the same. */
const INDEX_NAMES = `SELECT fresh.indexname AS fresh, live.indexname AS live FROM pg_indexes AS live
  JOIN pg_indexes AS fresh ON fresh.schemaname = live.schemaname AND fresh.tablename = live.tablename || '_rebuild'
    AND substring(fresh.indexdef FROM ' USING .*$') = substring(live.indexdef FROM ' USING .*$')
    AND (fresh.indexdef LIKE 'CREATE UNIQUE%') = (live.indexdef LIKE 'CREATE UNIQUE%')
  WHERE live.schemaname = current_schema() AND live.tablename IN ('${LIVE_TABLES.documents}', '${LIVE_TABLES.chunks}')`;

/** Searches and batches stand behind a swap that waits, so it does not wait for long; it is tried again. */
const LOCK_TIMEOUT = `SET LOCAL lock_timeout = '2s'`;
const LOCK_ATTEMPTS = 10;
const LOCK_NOT_AVAILABLE = '55P03';

/** Creates empty tables and indexes like the live ones, in place of those that a killed rebuild left behind. */
export async function createFreshTables(database: Database): Promise<void> {
  await database.query(CREATE);
}

/**
 * Puts the fresh tables in the place of the live ones, under their names and with the names of their indexes.
 *
 * @throws DatabaseError 55P03 when long searches or batches keep the live tables locked ten times two seconds.
 */
export async function swapTables(database: Database): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction(swap);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || attempt === LOCK_ATTEMPTS) throw error;
    }
  }
}

async function swap(connection: Queryable): Promise<void> {
  await connection.query(LOCK_TIMEOUT);
  await connection.query(
    `LOCK TABLE ${LIVE_TABLES.documents}, ${LIVE_TABLES.chunks} IN ACCESS EXCLUSIVE MODE`,
  );
  const { rows: names } = await connection.query<{ fresh: string; live: string }>(INDEX_NAMES);
  await connection.query(`DROP TABLE ${LIVE_TABLES.chunks}, ${LIVE_TABLES.documents}`);
  await connection.query(`ALTER TABLE ${FRESH_TABLES.documents} RENAME TO ${LIVE_TABLES.documents}`);
  await connection.query(`ALTER TABLE ${FRESH_TABLES.chunks} RENAME TO ${LIVE_TABLES.chunks}`);
  for (const { fresh, live } of names) await connection.query(`ALTER INDEX ${fresh} RENAME TO ${live}`);
}
