import { createDataSource, databaseOf } from '@sessions/runtime';
import type { SearchDocumentKey } from '@sessions/search';
import { loadDocuments } from '../../../libs/search/src/outbox/session-loader';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { bareMeilisearch, barePostgres, postgresPool } from '../limits/bare-engine';
import type { BareEngine } from '../limits/bare-engine';
import { inTurn, pairUp } from '../statistics';
import { startSearchable } from '../support/searchable-product';
import type { SearchableProduct } from '../support/searchable-product';
import { ratioAtLeast } from '../target';

/** An index of which each round finds the same, and the sessions that a round adds to it. */
interface Task {
  what: string;
  searchable: SearchableProduct;
  engine: BareEngine;
  ids: string[];
  /** Leaves the index as it was before the round. */
  reset: () => Promise<void>;
}

/**
 * The outbox worked off by one worker process, against the same documents, prepared beforehand, handed to the engine
 * by its bare client or statement without waiting for each batch. Both find the same index, each time: an empty one,
 * and one of a million sessions, from which what was added is taken out again.
 */
export const indexSessions: Bench = {
  name: 'index',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const figures = [await measure(context, await fromEmpty(context))];
    if (!context.quick) figures.push(await measure(context, await ontoMany(context)));
    return figures;
  },
};

async function fromEmpty(context: BenchContext): Promise<Task> {
  const searchable = await startSearchable(context, 0);
  const engine = await engineOf(context, searchable);
  const ids = await store(searchable, context.quick ? 2000 : 50_000);
  const what = `${ids.length.toLocaleString('en')}, from empty`;
  return { what, searchable, engine, ids, reset: () => engine.clear() };
}

async function ontoMany(context: BenchContext): Promise<Task> {
  const searchable = await startSearchable(context, 1_000_000);
  const engine = await engineOf(context, searchable);
  const ids = await store(searchable, 100_000);
  // Once beforehand, so that the first round finds an index from which as much was taken out as the others do.
  await byProduct(searchable, ids);
  const reset = () => engine.remove(keysOf(searchable, ids));
  return { what: '100,000, onto 1 M', searchable, engine, ids, reset };
}

/** Without workers, of which each round starts its own. */
async function engineOf(context: BenchContext, searchable: SearchableProduct): Promise<BareEngine> {
  const { product, index } = searchable;
  for (const worker of product.processes.filter(({ role }) => role === 'worker')) await worker.end();
  if (context.backend === 'meilisearch') return bareMeilisearch(index);
  const pool = postgresPool(product.databaseUrl);
  context.atEnd(() => pool.end());
  return barePostgres(pool);
}

async function store({ sessions }: SearchableProduct, count: number): Promise<string[]> {
  const ids = await sessions.store(count);
  await sessions.client.query('VACUUM ANALYZE');
  return ids;
}

function keysOf({ projectUuid }: SearchableProduct, ids: readonly string[]): SearchDocumentKey[] {
  return ids.map((sessionId) => ({ projectId: projectUuid, sessionId }));
}

async function measure(context: BenchContext, task: Task): Promise<Figure> {
  const { what, searchable, engine, ids, reset } = task;
  // Once, since counting a million takes a while and every round finds as many.
  await reset();
  const held = await engine.count();
  const round = (index: () => Promise<number>) => async () => {
    await reset();
    const rate = await index();
    await checkIndexed(task, held);
    return rate;
  };
  const rates = await inTurn(context.rounds, {
    product: round(() => byProduct(searchable, ids)),
    limit: round(() => byEngine(searchable, engine, ids)),
  });
  const target = ratioAtLeast(0.85);
  return { what, unit: 'sessions/s', target, pairs: pairUp(rates.product, rates.limit) };
}

/** @throws Error unless the engine holds all of a round beside what it held before, and none is a dead letter */
async function checkIndexed({ searchable, engine, ids }: Task, held: number): Promise<void> {
  const added = (await engine.count()) - held;
  const { rows } = await searchable.sessions.client.query<{ dead: number }>(
    'SELECT count(*)::int AS dead FROM dead_letters',
  );
  const dead = rows[0]?.dead ?? 0;
  if (added !== ids.length || dead > 0) {
    throw new Error(
      `Of ${ids.length} sessions the engine holds ${added}, and there are ${dead} dead letters.`,
    );
  }
}

async function byProduct({ product, sessions }: SearchableProduct, ids: readonly string[]): Promise<number> {
  const worker = await product.start('worker', { WORKER_ROLES: 'index' });
  await sessions.queue(ids);
  const began = await sessions.taken();
  const ended = await sessions.indexed();
  await worker.end();
  return (ids.length / (ended - began)) * 1000;
}

async function byEngine(
  searchable: SearchableProduct,
  engine: BareEngine,
  ids: readonly string[],
): Promise<number> {
  const dataSource = await createDataSource(searchable.product.databaseUrl, { poolSize: 1 }).initialize();
  const documents = await loadDocuments(databaseOf(dataSource), keysOf(searchable, ids));
  await dataSource.destroy();
  const feed = engine.prepare(documents);
  const began = performance.now();
  await feed();
  return (ids.length / (performance.now() - began)) * 1000;
}
