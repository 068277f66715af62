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
  id: string;
  project_id: string;
  name: string | null;
  description: string | null;
  status: SessionStatus;
  source: SessionSource;
  session_type: SessionType;
  message_count: number;
  analysis_status: AnalysisStatus;
  tags: SessionTag[];
  custom_fields: Record<string, unknown>;
  user_metadata: Record<string, unknown>;
  page_url: string | null;
  page_title: string | null;
  contact_id: string | null;
  linked_entities: LinkedEntities;
  external_source: string | null;
  external_id: string | null;
  is_archived: boolean;
  is_human_takeover: boolean;
  first_message_at: string | null;
  last_activity_at: string;
  created_at: string;
  updated_at: string;
}

/** A message as the API shows it. */
export interface MessageView {
  id: string;
  role: MessageRole;
  content: string;
  createdAt: string;
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
