import type { Statement } from '@sessions/runtime';
import type { DocumentRow } from './document-rows';

/** The names of the tables that documents are written to. */
export interface DocumentTables {
  documents: string;
  chunks: string;
}

/** The tables that searches read. */
export const LIVE_TABLES: DocumentTables = { documents: 'search_documents', chunks: 'search_chunks' };

/** Arrays travel as JSON, because `unnest` would flatten an array of arrays. Its parameters are `DocumentColumns`. */
export const upsertDocuments = ({ documents }: DocumentTables): Exclude<Statement, string> => ({
  name: `upsert-${documents}`,
  text: `INSERT INTO ${documents} (project_id, session_id, session_version, title, words, body, status, source, tags,
      is_archived, is_human_takeover, is_analyzed, contact_id, company_ids, product_scope_ids, created_at,
      last_activity_at, segment)
    SELECT project_id, session_id, session_version, array_to_tsvector(string_to_array(title, ' ')),
      array_to_tsvector(string_to_array(words, ' ')), body, status, source,
      ARRAY(SELECT jsonb_array_elements_text(tags)), is_archived, is_human_takeover, is_analyzed, contact_id,
      ARRAY(SELECT jsonb_array_elements_text(company_ids)), ARRAY(SELECT jsonb_array_elements_text(product_scope_ids)),
      to_timestamp(created_at / 1000.0), to_timestamp(last_activity_at / 1000.0), segment
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
      $9::boolean[], $10::boolean[], $11::boolean[], $12::text[], $13::jsonb[], $14::jsonb[], $15::float8[], $16::float8[],
      $17::text[], $18::int[])
      AS new (project_id, session_id, title, words, body, status, source, tags, is_archived, is_human_takeover,
        is_analyzed, contact_id, company_ids, product_scope_ids, created_at, last_activity_at, session_version, segment)
    ORDER BY project_id, session_id
    ON CONFLICT (project_id, session_id) DO UPDATE SET title = excluded.title, words = excluded.words,
      body = excluded.body, status = excluded.status, source = excluded.source, tags = excluded.tags,
      is_archived = excluded.is_archived, is_human_takeover = excluded.is_human_takeover,
      is_analyzed = excluded.is_analyzed, contact_id = excluded.contact_id, company_ids = excluded.company_ids,
      product_scope_ids = excluded.product_scope_ids, created_at = excluded.created_at,
      last_activity_at = excluded.last_activity_at, session_version = excluded.session_version,
      segment = excluded.segment`,
});

/**
 * Has a transaction not wait until it is on disk. The rows of the outbox are deleted by a later one that does wait, and
 * what is on disk then holds this one as well; until then they are indexed again.
 */
export const COMMIT_WITHOUT_WAITING: Statement = 'SET LOCAL synchronous_commit = off';

export const deleteChunks = ({ chunks }: DocumentTables) => `DELETE FROM ${chunks} AS chunk
    USING unnest($1::uuid[], $2::uuid[]) AS old (project_id, session_id)
    WHERE chunk.project_id = old.project_id AND chunk.session_id = old.session_id`;

export const insertChunks = ({ chunks }: DocumentTables): Statement => ({
  name: `insert-${chunks}`,
  text: `INSERT INTO ${chunks} (project_id, session_id, chunk, words)
    SELECT project_id, session_id, chunk, array_to_tsvector(string_to_array(words, ' '))
    FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[]) AS new (project_id, session_id, chunk, words)`,
});

export const deleteDocuments = ({ documents }: DocumentTables) => `DELETE FROM ${documents} AS document
    USING unnest($1::uuid[], $2::uuid[]) AS old (project_id, session_id)
    WHERE document.project_id = old.project_id AND document.session_id = old.session_id`;

/** The parameters of `insertChunks` for the rows that need chunks. */
export function chunkColumns(rows: readonly DocumentRow[]): unknown[] {
  const chunks = rows.flatMap(({ document, chunks: texts }) =>
    texts.map((text, at) => ({ ...document, chunk: at, text })),
  );
  return [
    chunks.map(({ projectId }) => projectId),
    chunks.map(({ sessionId }) => sessionId),
    chunks.map(({ chunk }) => chunk),
    chunks.map(({ text }) => text),
  ];
}
