import { Redis } from 'ioredis';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { sendLoad } from '../load/load';
import { batchRequests, createRequests, readRequests } from '../load/requests';
import type { Requests } from '../load/requests';
import { atMost } from '../target';
import { mostMegabytes } from './resident-memory';
import { acceptMany, StoredSessions, untilStored } from './stored-sessions';

const BACKLOG = 50_000;

/** Sessions that are read, and that searches find in the database because no worker has indexed them. */
const READ = 1000;

/** Connections that read beside those that create. */
const READERS = 8;

/** Seconds of each load, and that a worker is watched while it works off what they left, which takes it longer. */
const LOAD_SECONDS = { full: 25, quick: 3 };
const WATCHED_SECONDS = { full: 60, quick: 3 };

/** What a round gave. */
interface Round {
  /** Bytes of Redis a waiting session; undefined where the queue is in Postgres. */
  queuedBytes?: number;
  /** Most megabytes of each. */
  api: number;
  worker: number;
}

/**
 * What an API holds under full load, of single creates and of batches, each beside lists, reads and searches; a worker
 * that stores and indexes the backlog of that; and Redis for a session that waits. Each round has processes of its own.
 */
export const memory: Bench = {
  name: 'memory',
  backends: ['redis', 'embedded', 'meilisearch'],
  run: async (context) => {
    const rounds: Round[] = [];
    for (let round = 0; round < context.longRounds; round++) rounds.push(await context.part(measure));
    const figure = (what: string, unit: string, bound: number, of: (round: Round) => number | undefined) => {
      const pairs = rounds.map(of).flatMap((product) => (product === undefined ? [] : [{ product }]));
      return pairs.length === 0 ? [] : [{ what, unit, target: atMost(bound), pairs } satisfies Figure];
    };
    return [
      ...figure('API under full load', 'MB', 250, ({ api }) => api),
      ...figure('Redis, a queued session', 'bytes', 1200, ({ queuedBytes }) => queuedBytes),
      ...figure('worker with a backlog', 'MB', 250, ({ worker }) => worker),
    ];
  },
};

async function measure(context: BenchContext): Promise<Round> {
  const product = await context.startProduct({ workers: 0 });
  const stored = await StoredSessions.open(product);
  context.atEnd(() => stored.close());
  const storing = await product.start('worker', { WORKER_ROLES: 'persist' });
  await untilStored(product, await acceptMany(product, READ));
  await storing.end();
  const queuedBytes = await bytesOfWaiting(context, product);
  const [{ pid }] = product.processes as [Product['processes'][0]];
  await sendAll(context, product, await stored.ids(100));
  const api = await mostMegabytes(pid);
  const worker = await product.start('worker');
  await new Promise((done) => setTimeout(done, WATCHED_SECONDS[context.quick ? 'quick' : 'full'] * 1000));
  return {
    ...(queuedBytes === undefined ? {} : { queuedBytes }),
    api,
    worker: await mostMegabytes(worker.pid),
  };
}

/** Single creates, then batches, each beside what reads. */
async function sendAll(context: BenchContext, product: Product, ids: readonly string[]): Promise<void> {
  const seconds = LOAD_SECONDS[context.quick ? 'quick' : 'full'];
  const beside = (requests: Requests) =>
    Promise.all(
      [requests, readRequests(product, READERS, ids)].map((load) => sendLoad({ ...load, seconds })),
    );
  await beside(createRequests(product, 512));
  await beside(batchRequests(product, 4));
}

/** What Redis holds for each session of a backlog. */
async function bytesOfWaiting(context: BenchContext, product: Product): Promise<number | undefined> {
  if (context.backend !== 'redis') return undefined;
  const before = await usedByRedis();
  const queued = await acceptMany(product, context.quick ? BACKLOG / 25 : BACKLOG);
  return ((await usedByRedis()) - before) / queued;
}

async function usedByRedis(): Promise<number> {
  const redis = new Redis(backends().redis?.url ?? '');
  try {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  } finally {
    redis.disconnect();
  }
}
