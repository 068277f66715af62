import type { SearchDocument, SearchDocumentKey } from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { Pool } from 'pg';
import { documentId, toIndexedDocument } from '../../../libs/search/src/meilisearch/document';
import { setUpIndex } from '../../../libs/search/src/meilisearch/index-setup';
import { DocumentColumns } from '../../../libs/search/src/postgres/document-columns';
import { documentRows } from '../../../libs/search/src/postgres/document-rows';
import { LIVE_TABLES, upsertDocuments } from '../../../libs/search/src/postgres/write-statements';
import { backends } from '../../support/backends';

/** Batch sizes with which the engines are fed fastest. */
const POSTGRES_BATCH = 2000;
const MEILISEARCH_BATCH = 5000;
/** Batches that go into one segment of the index, as the product has them. */
const BATCHES_A_SEGMENT = 4;
const TASK_MS = 600_000;

/** A search engine without the product: what its bare client or statement does. */
export interface BareEngine {
  /** Empties the product's index. */
  clear(): Promise<void>;
  /** Documents that the product's index holds. */
  count(): Promise<number>;
  /** Takes these out of the product's index and has the engine tidy up. */
  remove(keys: readonly SearchDocumentKey[]): Promise<void>;
  /** Prepares documents in the engine's best batch size; the result feeds them without waiting for each batch. */
  prepare(documents: readonly SearchDocument[]): () => Promise<void>;
}

/**
 * Connections that feed Postgres best: 50,000 documents into empty tables at 17,600 a second by one, 30,600 by two, 25,900 by
 * three (medians of four rounds on two processors). With commits that wait for the disk, as the product's do not: 17,000,
 * 29,700 and 26,900.
 */
const POSTGRES_CONNECTIONS = 2;

/** Opens what `barePostgres` is fed by. */
export function postgresPool(connectionString: string): Pool {
  return new Pool({
    connectionString,
    max: POSTGRES_CONNECTIONS,
    idleTimeoutMillis: 0,
    options: '-c synchronous_commit=off',
  });
}

/** The tables of the Postgres engine. */
export function barePostgres(pool: Pool): BareEngine {
  return {
    clear: async () => {
      await pool.query('TRUNCATE search_documents, search_chunks, search_words, search_letters');
      await pool.query('CHECKPOINT');
    },
    count: async () => {
      const { rows } = await pool.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM search_documents',
      );
      return rows[0]?.count ?? 0;
    },
    remove: async (keys) => {
      await pool.query(
        `DELETE FROM search_documents USING unnest($1::uuid[], $2::uuid[]) AS old (project_id, session_id)
         WHERE search_documents.project_id = old.project_id AND search_documents.session_id = old.session_id`,
        [keys.map(({ projectId }) => projectId), keys.map(({ sessionId }) => sessionId)],
      );
      await pool.query('VACUUM ANALYZE search_documents');
      await pool.query('CHECKPOINT');
    },
    prepare: (documents) => {
      const batches = cut(documents, POSTGRES_BATCH).map((batch, at) => {
        const columns = new DocumentColumns();
        columns.add(documentRows(batch, Math.floor(at / BATCHES_A_SEGMENT)));
        return columns.values();
      });
      return async () => {
        await Promise.all(batches.map((values) => pool.query({ ...upsertDocuments(LIVE_TABLES), values })));
      };
    },
  };
}

/** The product's index on the run's Meilisearch. */
export function bareMeilisearch(index: string): BareEngine {
  const { url = '', key = '' } = backends().meilisearch ?? {};
  const client = new Meilisearch({ host: url, apiKey: key });
  const done = async (uids: number[]) => {
    const tasks = await client.tasks.waitForTasks(uids, { timeout: TASK_MS, interval: 20 });
    if (tasks.some(({ status }) => status !== 'succeeded')) throw new Error('Meilisearch refused a batch.');
  };
  return {
    clear: async () => {
      await client.deleteIndex(index).waitTask({ timeout: TASK_MS });
      await setUpIndex(client, index);
    },
    count: async () => (await client.index(index).getStats()).numberOfDocuments,
    remove: async (keys) => {
      await done([(await client.index(index).deleteDocuments(keys.map(documentId))).taskUid]);
    },
    prepare: (documents) => {
      const batches = cut(
        documents.map((document) => toIndexedDocument(document, '1')),
        MEILISEARCH_BATCH,
      );
      return async () => {
        const uids: number[] = [];
        for (const batch of batches) uids.push((await client.index(index).addDocuments(batch)).taskUid);
        await done(uids);
      };
    },
  };
}

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
