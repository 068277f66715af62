import { decodeId } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { loadDocuments } from '../../../libs/search/src/outbox/session-loader';
import type { Bench, Figure } from '../bench';
import { bareMeilisearch, barePostgres } from '../limits/bare-engine';
import { Corpus } from '../load/corpus';
import { SearchableSessions } from '../load/searchable-sessions';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';

const STORED_AT_ONCE = 50_000;

/** How much is indexed in a round, into what. */
interface Task {
  what: string;
  ids: string[];
  /** Leaves the index as it was before the round. */
  reset: () => Promise<void>;
}

/**
 * The outbox worked off by one worker process, against the same documents, prepared beforehand, handed to the engine
 * by its bare client or statement without waiting for each batch. Both find the same index, each time: an empty one,
 * and, for `--large`, one of a million sessions, from which what was added is taken out again.
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
    const dataSource = await createDataSource(product.databaseUrl, { poolSize: 1 }).initialize();
    context.atEnd(() => dataSource.destroy());
    for (const worker of product.processes.filter(({ role }) => role === 'worker')) await worker.end();
    const engine = context.backend === 'meilisearch' ? bareMeilisearch(index) : barePostgres(sessions.client);
    const keysOf = (ids: readonly string[]) =>
      ids.map((sessionId) => ({ projectId: projectUuid, sessionId }));

    const stored = async (count: number): Promise<string[]> => {
      const ids = await sessions.store(count);
      await sessions.client.query('VACUUM ANALYZE');
      return ids;
    };
    const byProduct = async (ids: readonly string[]): Promise<number> => {
      const worker = await product.start('worker', { WORKER_ROLES: 'index' });
      await sessions.queue(ids);
      const began = await sessions.taken();
      const ended = await sessions.indexed();
      await worker.end();
      return (ids.length / (ended - began)) * 1000;
    };
    const byEngine = async (ids: readonly string[]): Promise<number> => {
      const feed = engine.prepare(await loadDocuments(databaseOf(dataSource), keysOf(ids)));
      const began = performance.now();
      await feed();
      return (ids.length / (performance.now() - began)) * 1000;
    };
    const measure = async ({ what, ids, reset }: Task): Promise<Figure> => {
      const afterReset = (side: (ids: readonly string[]) => Promise<number>) => async () => {
        await reset();
        return side(ids);
      };
      const rates = await inTurn(context.rounds, {
        product: afterReset(byProduct),
        limit: afterReset(byEngine),
      });
      const target = ratioAtLeast(0.85);
      return { what, unit: 'sessions/s', target, pairs: pairUp(rates.product, rates.limit) };
    };

    const first = await stored(context.quick ? 2000 : 50_000);
    const figures = [
      await measure({
        what: `${first.length.toLocaleString('en')}, from empty`,
        ids: first,
        reset: () => engine.clear(),
      }),
    ];
    if (!context.large) return figures;
    await engine.clear();
    for (let left = 1_000_000; left > 0; left -= STORED_AT_ONCE)
      await byProduct(await stored(STORED_AT_ONCE));
    const more = await stored(100_000);
    // Once beforehand, so that the first round finds an index from which as much was taken out as the others do.
    await byProduct(more);
    const reset = () => engine.remove(keysOf(more));
    return [...figures, await measure({ what: '100,000, onto 1 M', ids: more, reset })];
  },
};
