import { createHash } from 'node:crypto';
import {
  contactIdOfEmail,
  externalSessionId,
  isEmailAddress,
  LINK_KINDS,
  parseTimestamp,
} from '@sessions/contract';
import type {
  AcceptedMessage,
  AcceptedSession,
  CreateMessageDto,
  CreateSessionDto,
  LinkedEntities,
  SessionFields,
} from '@sessions/contract';

/** Stands for the id of a session that gets its own from its job. */
export const UNNAMED = '';

/**
 * Gives a valid body what the product decides: ids, positions, times and defaults that do not depend on what is
 * stored.
 *
 * @param id of the session, or `UNNAMED`, unless the body names an external record, which decides it
 * @param version of the acceptance
 */
export function acceptSession(
  projectId: string,
  body: CreateSessionDto,
  id: string,
  version: number,
): AcceptedSession {
  const contact = contactOf(projectId, body);
  const accepted: AcceptedSession = { projectId, id, version, fields: fieldsOf(body, contact?.id) };
  if (body.messages !== undefined) accepted.messages = body.messages.map(acceptMessage);
  if (contact !== undefined) accepted.contact = contact;
  if (body.external_source !== undefined && body.external_id !== undefined) {
    accepted.external = { source: body.external_source, id: body.external_id };
    accepted.id = externalSessionId(projectId, body.external_source, body.external_id);
    if (accepted.messages !== undefined) accepted.messagesHash = hashOf(accepted.messages);
  }
  return accepted;
}

/** Only what the client gave: an external record that is sent again keeps what it leaves out. */
function fieldsOf(body: CreateSessionDto, contactOfEmail: string | undefined): Partial<SessionFields> {
  const contactId = body.contact_id ?? contactOfEmail ?? body.contact_id;
  const fields: { [Field in keyof SessionFields]: SessionFields[Field] | undefined } = {
    name: body.name,
    description: body.description,
    status: body.status,
    source: body.source,
    sessionType: body.session_type,
    contactId,
    userMetadata: userMetadataOf(body),
    customFields: body.custom_fields,
    tags: body.tags && [...new Set(body.tags)],
    linkedEntities: linksOf(body),
    pageUrl: body.page_url,
    pageTitle: body.page_title,
  };
  return fields;
}

function userMetadataOf({ user_metadata: metadata, user_id: userId }: CreateSessionDto) {
  return typeof userId === 'string' ? { ...metadata, userId } : metadata;
}

function linksOf({ linked_entities: given }: CreateSessionDto): LinkedEntities | undefined {
  if (given === undefined) return undefined;
  const links: LinkedEntities = {};
  for (const kind of LINK_KINDS) {
    if (given[kind] !== undefined) links[kind] = [...new Set(given[kind])];
  }
  return links;
}

/** The contact named by `contact_email`, else by an address in `user_metadata.email`. */
function contactOf(projectId: string, body: CreateSessionDto): AcceptedSession['contact'] {
  const address = body.contact_email ?? body.user_metadata?.email;
  if (typeof address !== 'string' || !isEmailAddress(address.trim())) return undefined;
  const email = address.trim().toLowerCase();
  return { id: contactIdOfEmail(projectId, email), email };
}

function acceptMessage({ role, content, created_at, sender_type }: CreateMessageDto): AcceptedMessage {
  const message: AcceptedMessage = {
    role,
    senderType: sender_type ?? (role === 'user' ? 'user' : 'ai'),
    content: content.trim(),
  };
  const time = created_at === undefined ? null : parseTimestamp(created_at);
  if (time !== null) message.createdAt = new Date(time.time).toISOString();
  return message;
}

/** Every part is preceded by its length, so that no two transcripts can be written the same. */
function hashOf(messages: readonly AcceptedMessage[]): string {
  const hash = createHash('sha256');
  for (const { role, senderType, content, createdAt = '' } of messages) {
    hash.update(`${role} ${senderType} ${createdAt} ${content.length}:${content}\n`);
  }
  return hash.digest('base64url');
}
