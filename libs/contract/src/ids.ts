import { createHash } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';

/**
 * Ids are UUIDs in the database and TypeIDs (`sess_01h455vb4pex5vsknk084sn02q`) outside,
 * see https://github.com/jetify-com/typeid.
 */
export type IdPrefix = 'sess' | 'proj' | 'cont' | 'key' | 'dead';

const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** UUIDs of a known version and of RFC 9562's variant, as all of ours are. */
const RFC_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new random id, ordered by time (UUIDv7), as the database holds it. */
export function newUuid(): string {
  return TypeID.fromString(typeidUnboxed('id')).toUUID();
}

/** The outside form of a UUID. */
export function encodeId(prefix: IdPrefix, uuid: string): string {
  return TypeID.fromUUID(prefix, uuid).toString();
}

/** The UUID behind an outside id, or null when the text is not one of ours. Never throws. */
export function decodeId(prefix: IdPrefix, text: string): string | null {
  const suffix = text.slice(prefix.length + 1);
  if (!text.startsWith(`${prefix}_`) || !SUFFIX.test(suffix)) return null;
  const uuid = uuidOf(TypeID.fromString(text, prefix).toUUIDBytes());
  return RFC_UUID.test(uuid) ? uuid : null;
}

/** Whether the text is a UUID in the lower-case form that the database prints. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The outside id of a message: its session's id and its position, so that the same message has the same id
 * while it waits in the queue, once it is stored, and after its session was sent again. It costs no column.
 */
export function messageId(sessionUuid: string, position: number): string {
  return `msg_${TypeID.fromUUID('sess', sessionUuid).getSuffix()}${position.toString(32).padStart(4, '0')}`;
}

/**
 * A UUID decided by its parts alone (version 8, RFC 9562 §5.8), so that every process that sees the same
 * external record, idempotency key or e-mail address derives the same id without asking anybody.
 */
export function derivedUuid(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part};`);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidOf(bytes);
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of the session that an external record names, for ever. */
export function externalSessionId(projectId: string, source: string, externalId: string): string {
  return derivedUuid('external', projectId, source, externalId);
}

/** The id of the contact that an e-mail address names in a project. The address must be lower-cased. */
export function contactIdOfEmail(projectId: string, email: string): string {
  return encodeId('cont', derivedUuid('contact', projectId, email));
}
