import type {
  AnalysisStatus,
  LinkedEntities,
  SessionRecord,
  SessionSource,
  SessionStatus,
  SessionTag,
  SessionType,
  TimedMessage,
} from '@sessions/contract';
import type { CopyValue } from './copy-rows';

/** A row of `sessions` as the driver reads it. */
export interface SessionRow {
  project_id: string;
  id: string;
  name: string | null;
  description: string | null;
  status: SessionStatus;
  source: SessionSource;
  session_type: SessionType;
  contact_id: string | null;
  user_metadata: Record<string, unknown>;
  custom_fields: Record<string, unknown>;
  tags: SessionTag[];
  linked_entities: LinkedEntities;
  page_url: string | null;
  page_title: string | null;
  external_source: string | null;
  external_id: string | null;
  message_count: number;
  messages_hash: string | null;
  analysis_status: AnalysisStatus;
  is_archived: boolean;
  is_human_takeover: boolean;
  first_message_at: Date | null;
  last_activity_at: Date;
  created_at: Date;
  updated_at: Date;
  version: string;
  field_versions: SessionRecord['fieldVersions'] | null;
}

/** What is read of a row of `session_messages`: all but its project. */
export interface MessageRow {
  session_id: string;
  position: number;
  role: TimedMessage['role'];
  sender_type: TimedMessage['senderType'];
  content: string;
  created_at: Date;
}

/** How a column of `sessions` is written: its type, and the value that goes in for a record. */
export interface Column {
  name: keyof SessionRow;
  type: string;
  value(record: SessionRecord): CopyValue;
}

/**
 * The columns that the pipeline writes. `analysis_status`, `is_archived` and `is_human_takeover` are other systems' and
 * keep their defaults; triggers have the index hear of their changes (migration 0013). Arrays of arrays cannot pass
 * through `unnest`, so tags go in as array literals.
 */
export const WRITTEN_COLUMNS: readonly Column[] = [
  { name: 'project_id', type: 'uuid', value: (record) => record.projectId },
  { name: 'id', type: 'uuid', value: (record) => record.id },
  { name: 'name', type: 'text', value: (record) => record.name },
  { name: 'description', type: 'text', value: (record) => record.description },
  { name: 'status', type: 'text', value: (record) => record.status },
  { name: 'source', type: 'text', value: (record) => record.source },
  { name: 'session_type', type: 'text', value: (record) => record.sessionType },
  { name: 'contact_id', type: 'text', value: (record) => record.contactId },
  { name: 'user_metadata', type: 'jsonb', value: (record) => JSON.stringify(record.userMetadata) },
  { name: 'custom_fields', type: 'jsonb', value: (record) => JSON.stringify(record.customFields) },
  { name: 'tags', type: 'text[]', value: (record) => `{${record.tags.join(',')}}` },
  { name: 'linked_entities', type: 'jsonb', value: (record) => JSON.stringify(record.linkedEntities) },
  { name: 'page_url', type: 'text', value: (record) => record.pageUrl },
  { name: 'page_title', type: 'text', value: (record) => record.pageTitle },
  { name: 'external_source', type: 'text', value: (record) => record.external?.source ?? null },
  { name: 'external_id', type: 'text', value: (record) => record.external?.id ?? null },
  { name: 'message_count', type: 'integer', value: (record) => record.messageCount },
  { name: 'messages_hash', type: 'text', value: (record) => record.messagesHash },
  { name: 'first_message_at', type: 'timestamptz', value: (record) => record.firstMessageAt },
  { name: 'last_activity_at', type: 'timestamptz', value: (record) => record.lastActivityAt },
  { name: 'created_at', type: 'timestamptz', value: (record) => record.createdAt },
  { name: 'updated_at', type: 'timestamptz', value: (record) => record.updatedAt },
  { name: 'version', type: 'bigint', value: (record) => record.version },
  {
    name: 'field_versions',
    type: 'jsonb',
    value: (record) => (record.external === null ? null : JSON.stringify(record.fieldVersions)),
  },
];

/** Names of the columns that a record is read from. */
export const READ_COLUMNS = [
  ...WRITTEN_COLUMNS.map((column) => column.name),
  'analysis_status',
  'is_archived',
  'is_human_takeover',
] as const;

/** The record of a row. */
export function recordOf(row: SessionRow): SessionRecord {
  return {
    projectId: row.project_id,
    id: row.id,
    name: row.name,
    description: row.description,
    status: row.status,
    source: row.source,
    sessionType: row.session_type,
    contactId: row.contact_id,
    userMetadata: row.user_metadata,
    customFields: row.custom_fields,
    tags: row.tags,
    linkedEntities: row.linked_entities,
    pageUrl: row.page_url,
    pageTitle: row.page_title,
    external:
      row.external_source === null || row.external_id === null
        ? null
        : { source: row.external_source, id: row.external_id },
    messageCount: row.message_count,
    messagesHash: row.messages_hash,
    analysisStatus: row.analysis_status,
    isArchived: row.is_archived,
    isHumanTakeover: row.is_human_takeover,
    firstMessageAt: row.first_message_at?.toISOString() ?? null,
    lastActivityAt: row.last_activity_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: Number(row.version),
    fieldVersions: row.field_versions ?? {},
  };
}

/** The message of a row. */
export function messageOf(row: MessageRow): TimedMessage {
  return {
    role: row.role,
    senderType: row.sender_type,
    content: row.content,
    createdAt: row.created_at.toISOString(),
  };
}
