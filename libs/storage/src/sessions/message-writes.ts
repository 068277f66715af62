import type { AcceptedSession, SessionRecord, TimedMessage } from '@sessions/contract';
import type { Queryable, Transaction } from '@sessions/runtime';
import { copyChunks, copyValue } from './copy-rows';
import { messageOf } from './session-row';
import type { MessageRow } from './session-row';

/** A session and all of its messages, in order. */
export interface SessionMessages {
  record: SessionRecord;
  messages: TimedMessage[];
}

/** Most messages of one statement, which bounds the memory of a batch of long transcripts. */
const CHUNK = 10_000;

const COLUMNS = 'project_id, session_id, position, role, sender_type, content, created_at';
const COPY = `COPY session_messages (${COLUMNS}) FROM STDIN`;

/** Rows that stay as they are are not written again, so a transcript that grew costs what was added. */
const UPSERT = {
  name: 'messages_upsert',
  text: `INSERT INTO session_messages (${COLUMNS})
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    ON CONFLICT (project_id, session_id, position) DO UPDATE
    SET role = excluded.role, sender_type = excluded.sender_type, content = excluded.content,
      created_at = excluded.created_at
    WHERE (session_messages.role, session_messages.sender_type, session_messages.content, session_messages.created_at)
      IS DISTINCT FROM (excluded.role, excluded.sender_type, excluded.content, excluded.created_at)`,
};

/** Not prepared: a plan made while the table was nearly empty would read all of it once it is full. */
const CUT = `DELETE FROM session_messages USING unnest($1::uuid[], $2::uuid[], $3::integer[]) AS kept (project_id, id, count)
  WHERE session_messages.project_id = kept.project_id AND session_messages.session_id = kept.id
    AND session_messages.position >= kept.count`;

/** `octet_length` tells how long a text is without reading it. Not prepared, as `CUT`. */
const LOAD = `SELECT session_id, position, role, sender_type, content, created_at
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[]) AS given (project_id, session_id, messages, bytes)
  CROSS JOIN LATERAL (
    SELECT position, role, sender_type, content, created_at FROM session_messages AS stored
    WHERE stored.project_id = given.project_id AND stored.session_id = given.session_id
      AND position < given.messages AND octet_length(content) <= given.bytes
  ) AS stored`;

/** Most bytes of UTF-8 that a character of a JavaScript text takes. */
const BYTES_A_CHARACTER = 3;

/** Stores the messages of new sessions. */
export async function appendMessages(
  connection: Transaction,
  sessions: readonly SessionMessages[],
): Promise<void> {
  if (sessions.some(({ messages }) => messages.length > 0)) {
    await connection.copy(COPY, copyChunks(rowsOf(sessions)));
  }
}

/** Replaces the messages of stored sessions as a whole. */
export async function replaceMessages(
  connection: Queryable,
  sessions: readonly SessionMessages[],
): Promise<void> {
  if (sessions.length === 0) return;
  for (const values of chunks(sessions)) await connection.query(UPSERT, values);
  await connection.query(CUT, [
    sessions.map(({ record }) => record.projectId),
    sessions.map(({ record }) => record.id),
    sessions.map(({ messages }) => messages.length),
  ]);
}

/** A stored session, and versions of it that are to be stored. */
export interface StoredWithVersions {
  before: SessionRecord;
  versions: readonly AcceptedSession[];
}

/**
 * The stored messages that may be the same as new ones at their positions, by session id and position. All others are left
 * out: of sessions that are sent again in short they may be gigabytes.
 */
export async function loadMessages(
  connection: Queryable,
  sessions: readonly StoredWithVersions[],
): Promise<Map<string, TimedMessage[]>> {
  if (sessions.length === 0) return new Map();
  const sizes = sessions.map(({ versions }) => largestOf(versions));
  const { rows } = await connection.query<MessageRow>(LOAD, [
    sessions.map(({ before }) => before.projectId),
    sessions.map(({ before }) => before.id),
    sizes.map(({ messages }) => messages),
    sizes.map(({ characters }) => characters * BYTES_A_CHARACTER),
  ]);
  const bySession = new Map<string, TimedMessage[]>(sessions.map(({ before }) => [before.id, []]));
  for (const row of rows) {
    const messages = bySession.get(row.session_id);
    if (messages !== undefined) messages[row.position] = messageOf(row);
  }
  return bySession;
}

/** How many messages the longest of the versions has, and how many characters the longest of their messages. */
function largestOf(versions: readonly AcceptedSession[]): { messages: number; characters: number } {
  const largest = { messages: 0, characters: 0 };
  for (const { messages = [] } of versions) {
    largest.messages = Math.max(largest.messages, messages.length);
    for (const { content } of messages) largest.characters = Math.max(largest.characters, content.length);
  }
  return largest;
}

/** Rows in COPY's format, in which ids, numbers and times need no escaping. */
function* rowsOf(sessions: readonly SessionMessages[]): Generator<string> {
  for (const { record, messages } of sessions) {
    const session = `${record.projectId}\t${record.id}\t`;
    let position = 0;
    for (const { role, senderType, content, createdAt } of messages) {
      yield `${session}${position}\t${copyValue(role)}\t${copyValue(senderType)}\t${copyValue(content)}\t${createdAt}\n`;
      position += 1;
    }
  }
}

/** The columns of all messages, cut into pieces of at most `CHUNK` rows. */
function* chunks(sessions: readonly SessionMessages[]): Generator<unknown[][]> {
  let columns: unknown[][] = emptyColumns();
  for (const { record, messages } of sessions) {
    for (const [position, message] of messages.entries()) {
      const { role, senderType, content, createdAt } = message;
      const row = [record.projectId, record.id, position, role, senderType, content, createdAt];
      for (const [index, value] of row.entries()) columns[index]?.push(value);
      if (columns[0]?.length === CHUNK) {
        yield columns;
        columns = emptyColumns();
      }
    }
  }
  if (columns[0]?.length !== 0) yield columns;
}

function emptyColumns(): unknown[][] {
  return Array.from({ length: 7 }, () => []);
}
