import type {
  LinkKind,
  MessageRole,
  SenderType,
  SessionSource,
  SessionStatus,
  SessionTag,
  SessionType,
} from '../enums';

/** Ids that a session is linked to, by kind of entity. A kind that is absent has none. */
export type LinkedEntities = Partial<Record<LinkKind, string[]>>;

/** The fields of a session that a client decides. */
export interface SessionFields {
  name: string | null;
  description: string | null;
  status: SessionStatus;
  source: SessionSource;
  sessionType: SessionType;
  contactId: string | null;
  userMetadata: Record<string, unknown>;
  customFields: Record<string, unknown>;
  tags: SessionTag[];
  linkedEntities: LinkedEntities;
  pageUrl: string | null;
  pageTitle: string | null;
}

/** A message as it was accepted. Its place in the array is its position for ever. */
export interface AcceptedMessage {
  role: MessageRole;
  senderType: SenderType;
  content: string;
  /** ISO 8601 UTC with milliseconds, where the client gave a time. */
  createdAt?: string;
}

/** The record of another system that names a session. */
export interface ExternalRecord {
  source: string;
  id: string;
}

/**
 * A session creation that the product has taken responsibility for: what a queue job carries, and all that is needed
 * to store the session. Only fields that the client gave are in `fields`, because an external record that is sent
 * again keeps those that it leaves out.
 */
export interface AcceptedSession {
  /** UUIDs, not their outside forms. */
  projectId: string;
  id: string;
  /** Microseconds since 1970 at acceptance; of two versions of one session the larger is the newer. */
  version: number;
  fields: Partial<SessionFields>;
  /** Absent when the client sent none, which for a repeated external record keeps those that are stored. */
  messages?: AcceptedMessage[];
  /** Hash of `messages`, to tell a repeated transcript without comparing it. Only with `external`. */
  messagesHash?: string;
  external?: ExternalRecord;
  /** The contact that an e-mail address names, to be created unless it exists: its id, and the address in lower case. */
  contact?: { id: string; email: string };
}

/** The acceptance time that a version stands for, as ISO 8601. */
export function versionTime(version: number): string {
  return new Date(Math.floor(version / 1000)).toISOString();
}
