import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { eventually } from '../../support/eventually';

/** A session that a test stores; what it does not say is plain. */
export interface StoredSession {
  projectId: string;
  sessionId?: string;
  name?: string;
  messages?: string[];
  status?: 'active' | 'closed';
  tags?: string[];
  contactId?: string;
}

/** Stores a session with its messages and its row in the outbox, as the worker does; gives its id. */
export async function storeSession(database: Database, session: StoredSession): Promise<string> {
  const { projectId, sessionId = newUuid(), messages = [] } = session;
  await database.transaction(async (connection) => {
    await connection.query(
      `INSERT INTO sessions (project_id, id, name, status, source, session_type, contact_id, user_metadata,
        custom_fields, tags, linked_entities, message_count, last_activity_at, created_at, updated_at, version)
       VALUES ($1, $2, $3, $4, 'api', 'chat', $5, '{}', '{}', $6, '{}', $7, now(), now(), now(), 1)
       ON CONFLICT (project_id, id) DO UPDATE SET name = excluded.name, status = excluded.status`,
      [
        projectId,
        sessionId,
        session.name ?? null,
        session.status ?? 'active',
        session.contactId ?? null,
        session.tags ?? [],
        messages.length,
      ],
    );
    await connection.query('DELETE FROM session_messages WHERE project_id = $1 AND session_id = $2', [
      projectId,
      sessionId,
    ]);
    await connection.query(
      `INSERT INTO session_messages (project_id, session_id, position, role, sender_type, content, created_at)
       SELECT $1, $2, place - 1, 'user', 'user', content, now()
       FROM unnest($3::text[]) WITH ORDINALITY AS message (content, place)`,
      [projectId, sessionId, messages],
    );
    await connection.query(
      `INSERT INTO search_outbox (project_id, session_id) VALUES ($1, $2)
       ON CONFLICT (project_id, session_id)
       DO UPDATE SET change = nextval('search_outbox_change'), attempts = 0, maybe_indexed = true`,
      [projectId, sessionId],
    );
  });
  return sessionId;
}

/** How many sessions wait in the outbox. */
export async function waiting(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM search_outbox',
  );
  return rows[0]?.count ?? 0;
}

/** Resolves once no session waits in the outbox. */
export async function emptied(database: Database): Promise<void> {
  await eventually(async () => (await waiting(database)) === 0);
}
