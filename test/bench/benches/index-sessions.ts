import { decodeId } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { SearchDocument } from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { toIndexedDocument } from '../../../libs/search/src/meilisearch/document';
import { loadDocuments } from '../../../libs/search/src/outbox/session-loader';
import { documentRows } from '../../../libs/search/src/postgres/document-rows';
import {
  documentColumns,
  LIVE_TABLES,
  upsertDocuments,
} from '../../../libs/search/src/postgres/write-statements';
import { backends } from '../../support/backends';
import type { Bench } from '../bench';
import { Corpus } from '../load/corpus';
import { SearchableSessions } from '../load/searchable-sessions';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';

/** Batch sizes with which the engines are fed fastest. */
const POSTGRES_BATCH = 2000;
const MEILISEARCH_BATCH = 5000;
const TASK_MS = 600_000;

/**
 * The outbox worked off by one worker process, against the same documents, prepared beforehand, handed to the engine
 * by its bare client or statement without waiting for each batch. Both add to the same index.
 */
export const indexSessions: Bench = {
  name: 'index',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const index = `bench-index-${process.pid}`;
    const product = await context.startProduct({ settings: { SEARCH_INDEX: index } });
    const projectUuid = decodeId('proj', product.projectId) ?? '';
    const sessions = await SearchableSessions.open(product.databaseUrl, projectUuid, new Corpus());
    context.atEnd(() => sessions.close());
    const dataSource = await createDataSource(product.databaseUrl, { poolSize: 2 }).initialize();
    context.atEnd(() => dataSource.destroy());
    const database = databaseOf(dataSource);
    for (const worker of product.processes.filter(({ role }) => role === 'worker')) await worker.end();
    const count = context.quick ? 2000 : 20_000;
    const already = context.large ? 1_000_000 : 0;

    const byProduct = async (stored: number): Promise<number> => {
      for (let left = stored; left > 0; left -= 50_000) {
        await sessions.queue(await sessions.store(Math.min(left, 50_000)));
      }
      await sessions.client.query('VACUUM ANALYZE');
      const worker = await product.start('worker', { WORKER_ROLES: 'index' });
      const began = await sessions.taken();
      const ended = await sessions.indexed();
      await worker.end();
      return (stored / (ended - began)) * 1000;
    };
    const byEngine = async (): Promise<number> => {
      const ids = await sessions.store(count);
      const keys = ids.map((sessionId) => ({ projectId: projectUuid, sessionId }));
      const documents = await loadDocuments(database, keys);
      const feed =
        context.backend === 'meilisearch'
          ? meilisearchFeed(index, documents)
          : postgresFeed(sessions, documents);
      const began = performance.now();
      await feed();
      return (count / (performance.now() - began)) * 1000;
    };
    if (already > 0) await byProduct(already);
    const rates = await inTurn(context.rounds, { product: () => byProduct(count), limit: byEngine });
    return [
      {
        what: `${count.toLocaleString('en')} a round, ${already > 0 ? 'onto 1 M' : 'from empty'}`,
        unit: 'sessions/s',
        target: ratioAtLeast(0.85),
        pairs: pairUp(rates.product, rates.limit),
      },
    ];
  },
};

function postgresFeed(
  { client }: SearchableSessions,
  documents: readonly SearchDocument[],
): () => Promise<void> {
  const batches = cut(documents, POSTGRES_BATCH).map((batch, segment) =>
    documentColumns(documentRows(batch, segment >> 2)),
  );
  return async () => {
    for (const values of batches) await client.query({ ...upsertDocuments(LIVE_TABLES), values });
  };
}

function meilisearchFeed(index: string, documents: readonly SearchDocument[]): () => Promise<void> {
  const { url = '', key = '' } = backends().meilisearch ?? {};
  const client = new Meilisearch({ host: url, apiKey: key });
  const batches = cut(documents.map(toIndexedDocument), MEILISEARCH_BATCH);
  return async () => {
    const uids: number[] = [];
    for (const batch of batches) uids.push((await client.index(index).addDocuments(batch)).taskUid);
    const tasks = await client.tasks.waitForTasks(uids, { timeout: TASK_MS, interval: 20 });
    if (tasks.some(({ status }) => status !== 'succeeded')) throw new Error('Meilisearch refused a batch.');
  };
}

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
