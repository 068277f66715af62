import type { AnalysisStatus } from '../enums';
import { defaultSessionType } from '../enums';
import type { AcceptedSession, ExternalRecord, SessionFields } from './accepted-session';
import { versionTime } from './accepted-session';

/** A field, or the messages as a whole, whose newest value is decided on its own. */
export type VersionedField = keyof SessionFields | 'messages';

const FIELDS: readonly (keyof SessionFields)[] = [
  'name',
  'description',
  'status',
  'source',
  'sessionType',
  'contactId',
  'userMetadata',
  'customFields',
  'tags',
  'linkedEntities',
  'pageUrl',
  'pageTitle',
];

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
  /**
   * Versions of the fields that `version` did not set; 0 for one that was never given. Empty without an external
   * record, of which there are no later versions.
   */
  fieldVersions: Partial<Record<VersionedField, number>>;
}

/** What applying an accepted session to a stored one comes to. */
export interface Merge {
  record: SessionRecord;
  /** Whether anything that a reader can see differs from before. */
  changed: boolean;
  /** Whether the stored messages must be replaced by the accepted ones. */
  messagesChanged: boolean;
  /** Whether the versions differ from before, on which later merges depend. Without that nothing need be stored. */
  versionsChanged: boolean;
}

/**
 * Applies an accepted session to what is stored of it. Of every field, and of the messages as a whole, the newest
 * given value wins, whatever the order in which versions arrive; a field that a version leaves out keeps its value.
 * Applying the same version again changes nothing, and a session that is no external record has only its first one.
 *
 * Without the stored messages it cannot know whether new ones without times take theirs over, and lets the first message
 * have the time that it had; `applyVersions` knows.
 */
export function mergeSession(stored: SessionRecord | null, accepted: AcceptedSession): Merge {
  if (stored === null) {
    const messagesChanged = accepted.messages !== undefined;
    return { record: firstVersion(accepted), changed: true, messagesChanged, versionsChanged: true };
  }
  if (accepted.external === undefined) {
    return { record: stored, changed: false, messagesChanged: false, versionsChanged: false };
  }
  return mergeInto(stored, accepted);
}

function mergeInto(before: SessionRecord, accepted: AcceptedSession): Merge {
  const versionOf = (field: VersionedField) => before.fieldVersions[field] ?? before.version;
  const wins = (field: VersionedField) => accepted.version > versionOf(field);

  const given = FIELDS.filter((field) => accepted.fields[field] !== undefined);
  const winners = given.filter(wins);
  const record: SessionRecord = { ...before };
  for (const field of winners) Object.assign(record, { [field]: accepted.fields[field] });
  const fieldsChanged = winners.some((field) => !sameJson(before[field], record[field]));

  const messagesWin = accepted.messages !== undefined && wins('messages');
  const messagesChanged = messagesWin && accepted.messagesHash !== before.messagesHash;
  const acceptedAt = versionTime(accepted.version);
  if (messagesChanged) applyMessages(record, accepted, acceptedAt);

  record.version = Math.max(before.version, accepted.version);
  record.fieldVersions = {};
  for (const field of [...FIELDS, 'messages'] as const) {
    const won = field === 'messages' ? messagesWin : winners.includes(field);
    const version = won ? accepted.version : versionOf(field);
    if (version !== record.version) record.fieldVersions[field] = version;
  }
  if (record.fieldVersions.sessionType === 0) record.sessionType = defaultSessionType(record.source);

  if (acceptedAt < record.createdAt) record.createdAt = acceptedAt;
  if (record.fieldVersions.messages === 0) record.lastActivityAt = record.createdAt;
  const timesChanged =
    record.createdAt !== before.createdAt || record.lastActivityAt !== before.lastActivityAt;
  const changed = fieldsChanged || messagesChanged || timesChanged;
  if (changed && acceptedAt > record.updatedAt) record.updatedAt = acceptedAt;
  const versionsChanged = winners.length > 0 || messagesWin || record.version !== before.version;
  return { record, changed, messagesChanged, versionsChanged };
}

function applyMessages(record: SessionRecord, accepted: AcceptedSession, acceptedAt: string): void {
  const messages = accepted.messages ?? [];
  let first: string | null = null;
  let last: string | null = null;
  for (const { createdAt } of messages) {
    if (createdAt === undefined) continue;
    if (first === null || createdAt < first) first = createdAt;
    if (last === null || createdAt > last) last = createdAt;
  }
  record.messageCount = messages.length;
  record.messagesHash = accepted.messagesHash ?? null;
  record.firstMessageAt = messages.length === 0 ? null : (first ?? record.firstMessageAt ?? acceptedAt);
  record.lastActivityAt = last ?? acceptedAt;
}

/**
 * The session that a first version makes: what was given, and a default for the rest. It is written out, since filling
 * in a copy of the defaults field by field takes 73 µs a session, and this 1.
 */
function firstVersion(accepted: AcceptedSession): SessionRecord {
  const { fields, external } = accepted;
  const acceptedAt = versionTime(accepted.version);
  const source = fields.source ?? 'api';
  const record: SessionRecord = {
    projectId: accepted.projectId,
    id: accepted.id,
    name: fields.name ?? null,
    description: fields.description ?? null,
    status: fields.status ?? 'active',
    source,
    sessionType: fields.sessionType ?? defaultSessionType(source),
    contactId: fields.contactId ?? null,
    userMetadata: fields.userMetadata ?? {},
    customFields: fields.customFields ?? {},
    tags: fields.tags ?? [],
    linkedEntities: fields.linkedEntities ?? {},
    pageUrl: fields.pageUrl ?? null,
    pageTitle: fields.pageTitle ?? null,
    external: external ?? null,
    messageCount: 0,
    messagesHash: null,
    analysisStatus: 'pending',
    isArchived: false,
    isHumanTakeover: false,
    firstMessageAt: null,
    lastActivityAt: acceptedAt,
    createdAt: acceptedAt,
    updatedAt: acceptedAt,
    version: accepted.version,
    fieldVersions: external === undefined ? {} : neverGiven(accepted),
  };
  if (accepted.messages !== undefined) applyMessages(record, accepted, acceptedAt);
  return record;
}

/** Version 0 for every field that a first version left out, so that any later one wins. */
function neverGiven({ fields, messages }: AcceptedSession): SessionRecord['fieldVersions'] {
  const versions: SessionRecord['fieldVersions'] = messages === undefined ? { messages: 0 } : {};
  for (const field of FIELDS) if (fields[field] === undefined) versions[field] = 0;
  return versions;
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
