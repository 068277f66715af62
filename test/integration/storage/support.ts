import { createHash } from 'node:crypto';
import { contactIdOfEmail, externalSessionId, newUuid } from '@sessions/contract';
import type { AcceptedMessage, AcceptedSession, SessionFields } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
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

/** What a session to store may differ in. */
export interface Wanted {
  projectId: string;
  /** Default a new one, or the external record's. */
  id?: string;
  /** Milliseconds after 2026-01-01 at which it is accepted; default 0. */
  at?: number;
  fields?: Partial<SessionFields>;
  /** Contents, or whole messages. Absent: the client sent none. */
  messages?: (string | AcceptedMessage)[];
  /** Id of the record of `zendesk` that names it. */
  external?: string;
  email?: string;
}

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');

/** The version of a session accepted that many milliseconds after the start of 2026. */
export function versionAt(milliseconds: number): number {
  return (EPOCH + milliseconds) * 1000;
}

/** A session as the API accepts it. */
export function accepted({
  projectId,
  id,
  at = 0,
  fields = {},
  messages,
  external,
  email,
}: Wanted): AcceptedSession {
  const session: AcceptedSession = {
    projectId,
    id: id ?? (external === undefined ? newUuid() : externalSessionId(projectId, 'zendesk', external)),
    version: versionAt(at),
    fields: { ...fields },
  };
  if (messages !== undefined) session.messages = messages.map(messageOf);
  if (external !== undefined) {
    session.external = { source: 'zendesk', id: external };
    if (session.messages !== undefined) {
      session.messagesHash = createHash('sha256')
        .update(JSON.stringify(session.messages))
        .digest('base64url');
    }
  }
  if (email !== undefined) {
    session.contact = { id: contactIdOfEmail(projectId, email), email };
    session.fields.contactId ??= session.contact.id;
  }
  return session;
}

function messageOf(message: string | AcceptedMessage): AcceptedMessage {
  return typeof message === 'string' ? { role: 'user', senderType: 'user', content: message } : message;
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
