import { createHash } from 'node:crypto';
import { contactIdOfEmail, externalSessionId, newUuid } from '@sessions/contract';
import type { AcceptedMessage, AcceptedSession, SessionFields } from '@sessions/contract';

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
