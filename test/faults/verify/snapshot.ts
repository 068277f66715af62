import { encodeId } from '@sessions/contract';
import { Client } from 'pg';

/** A message as it is stored. */
export interface StoredMessage {
  position: number;
  role: string;
  sender_type: string;
  content: string;
  /** Milliseconds since 1970. */
  created_at: number;
}

/** A session as it is stored, with what a client decides. */
export interface StoredSession {
  /** As clients see it. */
  id: string;
  name: string | null;
  description: string | null;
  status: string;
  source: string;
  session_type: string;
  contact_id: string | null;
  user_metadata: unknown;
  custom_fields: unknown;
  tags: string[];
  linked_entities: unknown;
  page_url: string | null;
  page_title: string | null;
  external_source: string | null;
  external_id: string | null;
  message_count: number;
  messages: StoredMessage[];
}

/** Everything that a project has in the database. */
export interface Snapshot {
  sessions: StoredSession[];
  contacts: { id: string; email: string }[];
  /** Reasons of its dead letters. */
  deadLetters: string[];
}

const SESSIONS = `
  SELECT id, name, description, status, source, session_type, contact_id, user_metadata, custom_fields, tags,
    linked_entities, page_url, page_title, external_source, external_id, message_count
  FROM sessions WHERE project_id = $1`;

const MESSAGES = `
  SELECT session_id, position, role, sender_type, content, round(extract(epoch FROM created_at) * 1000) AS created_at
  FROM session_messages WHERE project_id = $1 ORDER BY session_id, position`;

/** Reads what is stored straight from the tables, past the product. @param projectId the UUID */
export async function takeSnapshot(databaseUrl: string, projectId: string): Promise<Snapshot> {
  return withClient(databaseUrl, async (client) => {
    const sessions = await client.query<Omit<StoredSession, 'messages'>>(SESSIONS, [projectId]);
    const messages = await client.query<StoredMessage & { session_id: string }>(MESSAGES, [projectId]);
    const transcripts = new Map<string, StoredMessage[]>(sessions.rows.map(({ id }) => [id, []]));
    for (const { session_id: id, ...message } of messages.rows) transcripts.get(id)?.push(message);
    const contacts = await client.query<{ id: string; email: string }>(
      'SELECT id, email FROM contacts WHERE project_id = $1',
      [projectId],
    );
    const dead = await client.query<{ reason: string }>(
      'SELECT reason FROM dead_letters WHERE project_id = $1',
      [projectId],
    );
    return {
      sessions: sessions.rows.map((row) => ({
        ...row,
        id: encodeId('sess', row.id),
        messages: transcripts.get(row.id) ?? [],
      })),
      contacts: contacts.rows,
      deadLetters: dead.rows.map(({ reason }) => reason),
    };
  });
}

/** Connects for one piece of work. */
export async function withClient<Result>(
  databaseUrl: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 3000,
    query_timeout: 20_000,
  });
  // A server that is killed closes idle connections; the statement under way rejects by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
