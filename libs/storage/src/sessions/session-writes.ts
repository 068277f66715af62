import type { SessionRecord } from '@sessions/contract';
import type { Queryable, Transaction } from '@sessions/runtime';
import { copyChunks, copyValue } from './copy-rows';
import { READ_COLUMNS, recordOf, WRITTEN_COLUMNS } from './session-row';
import type { Column, SessionRow } from './session-row';

const KEY = ['project_id', 'id'];
const VERSIONS = ['version', 'field_versions'];
const VERSION_COLUMNS = WRITTEN_COLUMNS.filter(({ name }) => [...KEY, ...VERSIONS].includes(name));

const INSERT = {
  name: 'sessions_insert',
  text: `INSERT INTO sessions (${namesOf(WRITTEN_COLUMNS).join(', ')})
    ${selectGiven(WRITTEN_COLUMNS)}
    ON CONFLICT (project_id, id) DO NOTHING RETURNING id`,
};

const COPY = `COPY sessions (${namesOf(WRITTEN_COLUMNS).join(', ')}) FROM STDIN`;

/** Not prepared, nor are the two below: a plan made while the table was empty would read all of it once it is full. */
const UPDATE = updateOf(WRITTEN_COLUMNS);

const UPDATE_VERSIONS = updateOf(VERSION_COLUMNS);

const LOCK = `SELECT ${READ_COLUMNS.join(', ')} FROM sessions
  WHERE (project_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))
  ORDER BY project_id, id FOR UPDATE`;

const QUEUE_FOR_INDEXING = {
  name: 'search_outbox_queue',
  text: `INSERT INTO search_outbox AS entry (project_id, session_id, maybe_indexed)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS changed (project_id, session_id)
    ORDER BY project_id, session_id
    ON CONFLICT (project_id, session_id) DO UPDATE
    SET change = nextval('search_outbox_change'), attempts = 0,
      maybe_indexed = entry.maybe_indexed OR excluded.maybe_indexed OR entry.claimed_until IS NOT NULL`,
};

const COPY_FOR_INDEXING = 'COPY search_outbox (project_id, session_id, maybe_indexed) FROM STDIN';

function namesOf(columns: readonly Column[]): string[] {
  return columns.map(({ name }) => name);
}

/** The given rows: `unnest` over one array a column. Arrays of arrays arrive as text and are cast row by row. */
function selectGiven(columns: readonly Column[]): string {
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${type === 'text[]' ? 'text' : type}[]`);
  const selected = columns.map(({ name, type }) => (type === 'text[]' ? `${name}::text[]` : name));
  return `SELECT ${selected.join(', ')} FROM unnest(${arrays.join(', ')}) AS given (${namesOf(columns).join(', ')})`;
}

function updateOf(columns: readonly Column[]): string {
  const changing = namesOf(columns).filter((name) => !KEY.includes(name));
  return `UPDATE sessions SET ${changing.map((name) => `${name} = changed.${name}`).join(', ')}
    FROM (${selectGiven(columns)}) AS changed
    WHERE sessions.project_id = changed.project_id AND sessions.id = changed.id`;
}

function valuesOf(columns: readonly Column[], records: readonly SessionRecord[]): unknown[] {
  return columns.map((column) => records.map((record) => column.value(record)));
}

function keys(records: readonly Pick<SessionRecord, 'projectId' | 'id'>[]): unknown[] {
  return [records.map(({ projectId }) => projectId), records.map(({ id }) => id)];
}

/** Stores sessions of which none is stored yet. Rejects with a unique violation when one is. */
export async function copyNew(connection: Transaction, records: readonly SessionRecord[]): Promise<void> {
  if (records.length > 0) await connection.copy(COPY, copyChunks(rowsOf(records)));
}

function* rowsOf(records: readonly SessionRecord[]): Generator<string> {
  for (const record of records) {
    let row = '';
    let separator = '';
    for (const column of WRITTEN_COLUMNS) {
      row += separator + copyValue(column.value(record));
      separator = '\t';
    }
    yield `${row}\n`;
  }
}

/** Inserts the sessions that are not stored yet and returns their ids. */
export async function insertNew(
  connection: Queryable,
  records: readonly SessionRecord[],
): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const { rows } = await connection.query<{ id: string }>(INSERT, valuesOf(WRITTEN_COLUMNS, records));
  return new Set(rows.map(({ id }) => id));
}

/** Reads the stored sessions, by id, and keeps other writers from them until the transaction ends. */
export async function lockStored(
  connection: Queryable,
  records: readonly SessionRecord[],
): Promise<Map<string, SessionRecord>> {
  const { rows } = await connection.query<SessionRow>(LOCK, keys(records));
  return new Map(rows.map((row) => [row.id, recordOf(row)]));
}

/** Overwrites stored sessions. */
export async function updateStored(connection: Queryable, records: readonly SessionRecord[]): Promise<void> {
  if (records.length > 0) await connection.query(UPDATE, valuesOf(WRITTEN_COLUMNS, records));
}

/** Overwrites the versions of stored sessions of which nothing else differs, and no long value is written anew. */
export async function updateVersions(
  connection: Queryable,
  records: readonly SessionRecord[],
): Promise<void> {
  if (records.length > 0) await connection.query(UPDATE_VERSIONS, valuesOf(VERSION_COLUMNS, records));
}

/**
 * Notes that the search engine has to hear of the sessions; a session that waits already waits once, and whoever indexes
 * the version before holds it to the end (`OutboxEntry` says why).
 *
 * @param created Ids of those of them that it cannot have heard of before.
 */
export async function queueForIndexing(
  connection: Queryable,
  records: readonly Pick<SessionRecord, 'projectId' | 'id'>[],
  created: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (records.length === 0) return;
  const maybeIndexed = records.map(({ id }) => !created.has(id));
  await connection.query(QUEUE_FOR_INDEXING, [...keys(records), maybeIndexed]);
}

/** Notes the same of sessions that it cannot have heard of and that do not wait for it yet. Rejects with a unique violation when one does. */
export async function copyForIndexing(
  connection: Transaction,
  records: readonly SessionRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ projectId, id }) => `${projectId}\t${id}\tf\n`);
  await connection.copy(COPY_FOR_INDEXING, copyChunks(rows));
}
