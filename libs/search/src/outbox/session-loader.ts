import type { Database } from '@sessions/runtime';
import { keyColumns, keyText } from '../document-keys';
import type { SearchDocument, SearchDocumentKey } from '../search-engine';

const COMPANY_IDS = `ARRAY(SELECT target_id FROM session_links AS link WHERE link.project_id = sessions.project_id
          AND link.session_id = sessions.id AND kind = 'companies'
        UNION SELECT company_id FROM contacts WHERE contacts.project_id = sessions.project_id
          AND contacts.id = sessions.contact_id AND company_id IS NOT NULL
        ORDER BY 1)`;

const PRODUCT_SCOPE_IDS = `ARRAY(SELECT target_id FROM session_links AS link WHERE link.project_id = sessions.project_id
          AND link.session_id = sessions.id AND kind = 'product_scopes' ORDER BY 1)`;

/** The order matters: documents hold digests of it. */
const DOCUMENT_COLUMNS = [
  'message_count',
  'messages_hash',
  'name',
  'description',
  'status',
  'source',
  'tags',
  'is_archived',
  'is_human_takeover',
  'analysis_status',
  'contact_id',
  'extract(epoch FROM sessions.created_at)',
  'extract(epoch FROM last_activity_at)',
];

/**
 * SQL of the version of a row of `sessions`: a digest of all that goes into its document, and of nothing else, since
 * only what changes that has a session indexed again. The messages are in it by their number and hash, so that telling
 * a version reads no texts; only those of external records change, and these have a hash.
 */
export const SESSION_VERSION = versionOf(COMPANY_IDS, PRODUCT_SCOPE_IDS);

/**
 * The same as workers told it before: with `sessions.version` and `updated_at`. What they indexed is not indexed anew
 * only to hold the other digest.
 */
export const FORMER_SESSION_VERSION = digestOf([
  'sessions.version',
  ...DOCUMENT_COLUMNS,
  'extract(epoch FROM updated_at)',
  COMPANY_IDS,
  PRODUCT_SCOPE_IDS,
]);

/**
 * The sessions of some keys, looked up one by one. A plain join would read the whole table unless that is far larger
 * than a batch: 28 ms instead of 12 for the sizes of 1,000 of 60,000 sessions.
 */
const SESSIONS_BY_KEY = `unnest($1::uuid[], $2::uuid[]) AS key (project_id, session_id)
    CROSS JOIN LATERAL (SELECT * FROM sessions WHERE project_id = key.project_id AND id = key.session_id LIMIT 1) AS sessions`;

/**
 * Not prepared: a plan made while the tables were empty would read all of them once they are full. Postgres knows how
 * long texts are without reading them, so a session that is too long costs little here.
 */
const LOAD = `SELECT sessions.project_id AS "projectId", sessions.id AS "sessionId", name, description, status, source, tags,
      is_archived AS "isArchived", is_human_takeover AS "isHumanTakeover", analysis_status AS "analysisStatus",
      contact_id AS "contactId", (extract(epoch FROM created_at) * 1000)::float8 AS "createdAt",
      (extract(epoch FROM last_activity_at) * 1000)::float8 AS "lastActivityAt",
      texts.bytes, CASE WHEN texts.bytes <= $3::float8 THEN texts.messages END AS messages,
      links.companies AS "companyIds", links.scopes AS "productScopeIds",
      ${versionOf('links.companies', 'links.scopes')} AS version
    FROM ${SESSIONS_BY_KEY}
    CROSS JOIN LATERAL (SELECT ${COMPANY_IDS} AS companies, ${PRODUCT_SCOPE_IDS} AS scopes OFFSET 0) AS links
    CROSS JOIN LATERAL (
      SELECT coalesce(octet_length(sessions.name), 0) + coalesce(octet_length(sessions.description), 0)
          + coalesce(sum(octet_length(content)), 0)::float8 AS bytes,
        coalesce(json_agg(content ORDER BY position) FILTER (WHERE octet_length(content) <= $3::float8), '[]') AS messages
      FROM session_messages AS message
      WHERE message.project_id = key.project_id AND message.session_id = key.session_id
    ) AS texts`;

function versionOf(companyIds: string, productScopeIds: string): string {
  return digestOf([...DOCUMENT_COLUMNS, companyIds, productScopeIds]);
}

function digestOf(values: readonly string[]): string {
  return `md5(ROW(${values.join(', ')})::text)`;
}

/** A session, unless it has more text than was asked for, and how much that is. */
export interface SizedSession {
  document: SearchDocument | null;
  /** Bytes of its name, description and messages. */
  bytes: number;
}

/**
 * The sessions that exist, by `keyText`, without those that have more than so many bytes of text. To ask for the sizes
 * first and for the texts then took 42 µs a session instead of 28, in batches of 2,000.
 */
export async function loadSized(
  database: Database,
  keys: readonly SearchDocumentKey[],
  maxBytes: number,
): Promise<Map<string, SizedSession>> {
  const { rows } = await database.query<LoadedSession & { bytes: number }>(LOAD, [
    ...keyColumns(keys),
    maxBytes,
  ]);
  return new Map(
    rows.map(({ bytes, ...session }) => [
      keyText(session),
      { document: isWhole(session) ? session : null, bytes },
    ]),
  );
}

/** The sessions that exist, as the search engine is to hold them, however long they are. */
export async function loadDocuments(
  database: Database,
  keys: readonly SearchDocumentKey[],
): Promise<SearchDocument[]> {
  const sessions = await loadSized(database, keys, Infinity);
  return Array.from(sessions.values(), ({ document }) => document).filter((document) => document !== null);
}

/** What `LOAD` reads of a session. Without messages when it has too much text. */
type LoadedSession = Omit<SearchDocument, 'messages'> & { messages: string[] | null };

function isWhole(session: LoadedSession): session is SearchDocument {
  return session.messages !== null;
}
