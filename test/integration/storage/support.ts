import type { SessionRecord } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
import type { SessionReader } from '@sessions/storage';
import { createDatabase } from '../../support/backends';

/** A connected database of a test's own. */
export interface OwnDatabase {
  database: Database;
  url: string;
  close(): Promise<void>;
}

/** Makes a database with the schema and connects to it. */
export async function openDatabase(poolSize = 10): Promise<OwnDatabase> {
  const own = await createDatabase();
  const dataSource = createDataSource(own.url, { poolSize });
  await dataSource.initialize();
  return {
    database: databaseOf(dataSource),
    url: own.url,
    close: async () => {
      await dataSource.destroy();
      await own.drop();
    },
  };
}

/** A stored session without its messages, or null. */
export async function findRecord(
  reader: SessionReader,
  projectId: string,
  id: string,
): Promise<SessionRecord | null> {
  return (await reader.findMany([{ projectId, id }])).get(id) ?? null;
}

/** Everything that the writer may change, in a form to compare; without the outbox if its numbers do not matter. */
export async function contentsOf(database: Database, { outbox = true } = {}): Promise<unknown> {
  const tables: Record<string, string> = {
    sessions: 'project_id, id',
    session_messages: 'project_id, session_id, position',
    session_links: 'project_id, kind, target_id, session_id',
    contacts: 'project_id, id',
    ...(outbox ? { search_outbox: 'project_id, session_id' } : {}),
  };
  const contents: Record<string, unknown> = {};
  for (const [table, order] of Object.entries(tables)) {
    contents[table] = (await database.query(`SELECT * FROM ${table} ORDER BY ${order}`)).rows;
  }
  return contents;
}

/** Empties the tables that the writer fills. */
export async function emptyTables(database: Database): Promise<void> {
  await database.query('TRUNCATE sessions, session_messages, session_links, contacts, search_outbox');
}
