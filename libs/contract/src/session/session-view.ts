import type {
  AnalysisStatus,
  MessageRole,
  SenderType,
  SessionSource,
  SessionStatus,
  SessionTag,
  SessionType,
} from '../enums';
import { encodeId, messageId } from '../ids';
import type { AcceptedMessage, LinkedEntities } from './accepted-session';
import type { SessionRecord } from './session-record';

/** A session as the API shows it. Times are ISO 8601 UTC with milliseconds. */
export interface SessionView {
  /** `sess_…`; the same for ever, whatever is sent of the session again. */
  id: string;
  /** `proj_…` */
  project_id: string;
  /** Null when none was given, as the other texts. */
  name: string | null;
  description: string | null;
  /** Default `active`. */
  status: SessionStatus;
  /** The system that it comes from. Default `api`. */
  source: SessionSource;
  /** Default what the source usually sends. */
  session_type: SessionType;
  message_count: number;
  /** How far other systems have analyzed it; `pending` at first. */
  analysis_status: AnalysisStatus;
  tags: SessionTag[];
  custom_fields: Record<string, unknown>;
  /** What is known of the person; a `user_id` that was given is its `userId`. */
  user_metadata: Record<string, unknown>;
  page_url: string | null;
  page_title: string | null;
  /** The person: the id that was given, or that of the contact with the e-mail address that was given. */
  contact_id: string | null;
  /** Ids of other systems, by kind of entity. */
  linked_entities: LinkedEntities;
  /** The record of another system that names the session, together with `external_id`; both null without one. */
  external_source: string | null;
  external_id: string | null;
  /** Set by other systems. Lists leave out archived sessions unless `showArchived=true`. */
  is_archived: boolean;
  /** Whether a person has taken over from the assistant; set by other systems. */
  is_human_takeover: boolean;
  /** The earliest time that its messages were given, else that of acceptance; null without messages. */
  first_message_at: string | null;
  /** The latest time that its messages were given, else that of acceptance. It orders lists. */
  last_activity_at: string;
  /** When its first version was accepted. */
  created_at: string;
  /** When its latest change was accepted. */
  updated_at: string;
}

/** A message as the API shows it. */
export interface MessageView {
  /** `msg_…`, made of the session's id and the message's place. */
  id: string;
  role: MessageRole;
  content: string;
  /** The time that was given, else that of acceptance. ISO 8601 UTC with milliseconds. */
  createdAt: string;
  /** Default what fits the role. */
  senderType: SenderType;
}

/** The outside form of a session. */
export function sessionView(record: SessionRecord): SessionView {
  return {
    id: encodeId('sess', record.id),
    project_id: encodeId('proj', record.projectId),
    name: record.name,
    description: record.description,
    status: record.status,
    source: record.source,
    session_type: record.sessionType,
    message_count: record.messageCount,
    analysis_status: record.analysisStatus,
    tags: record.tags,
    custom_fields: record.customFields,
    user_metadata: record.userMetadata,
    page_url: record.pageUrl,
    page_title: record.pageTitle,
    contact_id: record.contactId,
    linked_entities: record.linkedEntities,
    external_source: record.external?.source ?? null,
    external_id: record.external?.id ?? null,
    is_archived: record.isArchived,
    is_human_takeover: record.isHumanTakeover,
    first_message_at: record.firstMessageAt,
    last_activity_at: record.lastActivityAt,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** A message with the time it is shown with. */
export type TimedMessage = AcceptedMessage & { createdAt: string };

/** The outside forms of a session's messages, which are in order of position. */
export function messageViews(sessionUuid: string, messages: readonly TimedMessage[]): MessageView[] {
  return messages.map((message, position) => ({
    id: messageId(sessionUuid, position),
    role: message.role,
    content: message.content,
    createdAt: message.createdAt,
    senderType: message.senderType,
  }));
}

/**
 * Gives every accepted message the time it is stored with: its own, else that of the same message stored before at
 * the same position (a repeated transcript does not move in time), else the time of acceptance.
 */
export function timeMessages(
  messages: readonly AcceptedMessage[],
  acceptedAt: string,
  before: readonly TimedMessage[] = [],
): TimedMessage[] {
  return messages.map(({ role, senderType, content, createdAt }, position) => {
    const previous = before[position];
    const same = previous?.content === content && previous.role === role;
    return { role, senderType, content, createdAt: createdAt ?? (same ? previous.createdAt : acceptedAt) };
  });
}
