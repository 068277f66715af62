import type { AnalysisStatus } from '../enums';
import { defaultSessionType } from '../enums';
import type { AcceptedSession, ExternalRecord, SessionFields } from './accepted-session';
import { versionTime } from './accepted-session';

/** A field, or the messages as a whole, whose newest value is decided on its own. */
export type VersionedField = keyof SessionFields | 'messages';

const FIELD_DEFAULTS: Omit<SessionFields, 'sessionType'> = {
  name: null,
  description: null,
  status: 'active',
  source: 'api',
  contactId: null,
  userMetadata: {},
  customFields: {},
  tags: [],
  linkedEntities: {},
  pageUrl: null,
  pageTitle: null,
};

const FIELDS = [...Object.keys(FIELD_DEFAULTS), 'sessionType'] as (keyof SessionFields)[];

/** A session without its messages, as the database holds it. Times are ISO 8601 UTC with milliseconds. */
export interface SessionRecord extends SessionFields {
  projectId: string;
  id: string;
  external: ExternalRecord | null;
  messageCount: number;
  messagesHash: string | null;
  analysisStatus: AnalysisStatus;
  isArchived: boolean;
  isHumanTakeover: boolean;
  firstMessageAt: string | null;
  lastActivityAt: string;
  createdAt: string;
  updatedAt: string;
  /** The newest version that was applied. */
  version: number;
  /** Versions of the fields that `version` did not set; 0 for one that was never given. */
  fieldVersions: Partial<Record<VersionedField, number>>;
}

/** What applying an accepted session to a stored one comes to. */
export interface Merge {
  record: SessionRecord;
  /** Whether anything that a reader can see differs from before. */
  changed: boolean;
  /** Whether the stored messages must be replaced by the accepted ones. */
  messagesChanged: boolean;
}

/**
 * Applies an accepted session to what is stored of it. Of every field, and of the messages as a whole, the newest
 * given value wins, whatever the order in which versions arrive; a field that a version leaves out keeps its value.
 * Applying the same version again changes nothing, and a session that is no external record has only its first one.
 */
export function mergeSession(stored: SessionRecord | null, accepted: AcceptedSession): Merge {
  if (stored !== null && accepted.external === undefined) {
    return { record: stored, changed: false, messagesChanged: false };
  }
  const before = stored ?? unwritten(accepted);
  const versionOf = (field: VersionedField) => before.fieldVersions[field] ?? before.version;
  const wins = (field: VersionedField) => accepted.version > versionOf(field);

  const given = FIELDS.filter((field) => accepted.fields[field] !== undefined);
  const winners = given.filter(wins);
  const record: SessionRecord = { ...before };
  for (const field of winners) Object.assign(record, { [field]: accepted.fields[field] });
  const fieldsChanged = winners.some((field) => !sameJson(before[field], record[field]));

  const messagesWin = accepted.messages !== undefined && wins('messages');
  const messagesChanged = messagesWin && (stored === null || accepted.messagesHash !== before.messagesHash);
  if (messagesChanged) applyMessages(record, before, accepted);

  record.version = Math.max(before.version, accepted.version);
  record.fieldVersions = {};
  for (const field of [...FIELDS, 'messages'] as const) {
    const won = field === 'messages' ? messagesWin : winners.includes(field);
    const version = won ? accepted.version : versionOf(field);
    if (version !== record.version) record.fieldVersions[field] = version;
  }
  if (record.fieldVersions.sessionType === 0) record.sessionType = defaultSessionType(record.source);

  const acceptedAt = versionTime(accepted.version);
  if (acceptedAt < record.createdAt) record.createdAt = acceptedAt;
  if (record.fieldVersions.messages === 0) record.lastActivityAt = record.createdAt;
  const changed = stored === null || fieldsChanged || messagesChanged;
  if (changed && acceptedAt > record.updatedAt) record.updatedAt = acceptedAt;
  return { record, changed, messagesChanged };
}

function applyMessages(record: SessionRecord, before: SessionRecord, accepted: AcceptedSession): void {
  const messages = accepted.messages ?? [];
  const acceptedAt = versionTime(accepted.version);
  let first: string | null = null;
  let last: string | null = null;
  for (const { createdAt } of messages) {
    if (createdAt === undefined) continue;
    if (first === null || createdAt < first) first = createdAt;
    if (last === null || createdAt > last) last = createdAt;
  }
  record.messageCount = messages.length;
  record.messagesHash = accepted.messagesHash ?? null;
  record.firstMessageAt = messages.length === 0 ? null : (first ?? before.firstMessageAt ?? acceptedAt);
  record.lastActivityAt = last ?? acceptedAt;
}

/** The state before the first version: every default, and version 0 for every field. */
function unwritten(accepted: AcceptedSession): SessionRecord {
  const acceptedAt = versionTime(accepted.version);
  return {
    ...FIELD_DEFAULTS,
    sessionType: 'chat',
    projectId: accepted.projectId,
    id: accepted.id,
    external: accepted.external ?? null,
    messageCount: 0,
    messagesHash: null,
    analysisStatus: 'pending',
    isArchived: false,
    isHumanTakeover: false,
    firstMessageAt: null,
    lastActivityAt: acceptedAt,
    createdAt: acceptedAt,
    updatedAt: acceptedAt,
    version: 0,
    fieldVersions: {},
  };
}

/** Equality of two JSON values whatever the order of their keys, since `jsonb` does not keep it. */
function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const leftKeys = Object.keys(left);
  if (leftKeys.length !== Object.keys(right).length) return false;
  return leftKeys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      sameJson((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
  );
}
