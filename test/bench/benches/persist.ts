import { decodeId } from '@sessions/contract';
import { Redis } from 'ioredis';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { CopiedRows, emptyTables } from '../limits/copied-rows';
import { inTurn, pairUp } from '../statistics';
import { atMost, ratioAtLeast } from '../target';
import { acceptedExamples, Backlog } from './persist-backlog';
import { QUEUE_PREFIX } from './queue-reset';
import { mostMegabytes } from './resident-memory';

/** Sessions that wait, and how many of them share a job: what 64 connections make, and what batch requests make. */
const BACKLOG = 200_000;
const JOB_SIZES = [50, 500];

/** What one measurement gave. */
interface Sample {
  sessionsPerSecond: number;
  /** Bytes of Redis a waiting session; 0 where the queue is in Postgres. */
  queuedBytes: number;
  /** Most memory of a worker, in MB. */
  workerMegabytes: number;
}

/**
 * Storing a backlog, against COPY of the same rows; two workers against one; and what both take of memory.
 *
 * A worker here only stores (`WORKER_ROLES=persist`, as the roles are meant to be scaled one by one), since COPY does
 * not index either: the rows that tell the indexer what to do are written by both.
 */
export const persist: Bench = {
  name: 'persist',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const settings = { QUEUE_NAME: `${QUEUE_PREFIX}persist`, WORKER_ROLES: 'persist' };
    const product = await context.startProduct({ apis: 0, workers: 0, settings });
    const sessions = acceptedExamples(
      decodeId('proj', product.projectId) ?? '',
      context.quick ? 5000 : BACKLOG,
    );
    const backlog = await Backlog.open(context, product, settings);
    const limit = await CopiedRows.prepare(context, sessions);
    const store = (jobSize: number, workers: number) => async (): Promise<Sample> => {
      await emptyTables(backlog.database);
      await backlog.gate.pause();
      const before = await memoryOf(context);
      await backlog.fill(sessions, jobSize);
      const queuedBytes = ((await memoryOf(context)) - before) / sessions.length;
      return { queuedBytes, ...(await drain(product, backlog, sessions.length, workers)) };
    };
    const figures: Figure[] = [];
    for (const jobSize of JOB_SIZES) {
      const results = await inTurn<'product' | 'two' | 'limit', Sample | number>(context.rounds, {
        product: store(jobSize, 1),
        limit: () => limit.sessionsPerSecond(sessions.length),
        two: store(jobSize, 2),
      });
      figures.push(...figuresOf(context, `jobs of ${jobSize}`, results as Results));
    }
    return figures;
  },
};

/** What each side gave in each round. */
interface Results {
  product: Sample[];
  two: Sample[];
  limit: number[];
}

function figuresOf(context: BenchContext, what: string, { product, two, limit }: Results): Figure[] {
  const rate = ({ sessionsPerSecond }: Sample) => sessionsPerSecond;
  const onRedis = context.backend === 'redis';
  const unit = 'sessions/s';
  return [
    {
      what: `${what}, to COPY`,
      unit,
      target: ratioAtLeast(onRedis ? 0.7 : 0.6),
      pairs: pairUp(product.map(rate), limit),
    },
    {
      what: `${what}, two workers to one`,
      unit,
      target: ratioAtLeast(1.3),
      pairs: pairUp(two.map(rate), product.map(rate)),
    },
    {
      what: `${what}, memory of the worker`,
      unit: 'MB',
      target: atMost(250),
      pairs: product.map(({ workerMegabytes }) => ({ product: workerMegabytes })),
    },
    ...(onRedis
      ? [
          {
            what: `${what}, Redis a session`,
            unit: 'bytes',
            target: atMost(1200),
            pairs: product.map(({ queuedBytes }) => ({ product: queuedBytes })),
          },
        ]
      : []),
  ];
}

/**
 * Lets workers at the backlog once they are ready, and stops them when it is empty.
 *
 * @throws Error when not all of it is stored then
 */
async function drain(
  product: Product,
  backlog: Backlog,
  sessions: number,
  workers: number,
): Promise<Omit<Sample, 'queuedBytes'>> {
  const running = await Promise.all(Array.from({ length: workers }, () => product.start('worker')));
  const start = performance.now();
  await backlog.gate.resume();
  await backlog.empty();
  const sessionsPerSecond = (sessions * 1000) / (performance.now() - start);
  const workerMegabytes = Math.max(...(await Promise.all(running.map(({ pid }) => mostMegabytes(pid)))));
  await Promise.all(running.map((worker) => worker.end()));
  await backlog.checkStored(sessions);
  return { sessionsPerSecond, workerMegabytes };
}

/** Bytes that Redis holds. */
async function memoryOf({ backend }: BenchContext): Promise<number> {
  if (backend !== 'redis') return 0;
  const redis = new Redis(backends().redis?.url ?? '');
  try {
    return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0);
  } finally {
    redis.disconnect();
  }
}
