import { Redis } from 'ioredis';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { sendLoad } from '../load/load';
import { batchRequests, createRequests } from '../load/requests';
import { atMost } from '../target';
import { watchMemory } from './resident-memory';
import { acceptMany, StoredSessions } from './stored-sessions';

const BACKLOG = 50_000;

/** What an API holds under full load of single creates and of batches, a worker while it works off a backlog, and Redis for a session that waits. */
export const memory: Bench = {
  name: 'memory',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const product = await context.startProduct({ workers: 0 });
    const figures = [await underLoad(context, product)];
    const wanted = context.quick ? BACKLOG / 25 : BACKLOG;
    const before = context.backend === 'redis' ? await usedByRedis() : 0;
    const queued = await acceptMany(product, wanted);
    if (context.backend === 'redis') {
      figures.push({
        what: 'Redis, a queued session',
        unit: 'bytes',
        target: atMost(1200),
        pairs: [{ product: ((await usedByRedis()) - before) / queued }],
      });
    }
    figures.push(await workingOff(context, product, queued));
    return figures;
  },
};

async function underLoad(context: BenchContext, product: Product): Promise<Figure> {
  const [{ pid }] = product.processes as [Product['processes'][0]];
  const seconds = context.rounds * context.seconds;
  const sendAll = async (): Promise<void> => {
    await sendLoad({ ...createRequests(product, 512), seconds });
    await sendLoad({ ...batchRequests(product, 4), seconds });
  };
  const [peak] = await watchMemory(pid, sendAll());
  return { what: 'API under full load', unit: 'MiB', target: atMost(250), pairs: [{ product: peak }] };
}

async function workingOff(context: BenchContext, product: Product, queued: number): Promise<Figure> {
  const stored = await StoredSessions.open(product);
  context.atEnd(() => stored.close());
  const worker = await product.start('worker');
  const [peak] = await watchMemory(worker.pid, stored.reach(queued));
  return { what: 'worker with a backlog', unit: 'MiB', target: atMost(250), pairs: [{ product: peak }] };
}

async function usedByRedis(): Promise<number> {
  const redis = new Redis(backends().redis?.url ?? '');
  try {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  } finally {
    redis.disconnect();
  }
}
