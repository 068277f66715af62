import { Redis } from 'ioredis';
import { Client } from 'pg';
import { backends } from '../../support/backends';

/** Every queue of a bench has a name that begins so. */
export const QUEUE_PREFIX = 'bench-';

/** Removes all jobs and the locator's entries from Redis; what BullMQ keeps of a queue as such stays. */
export async function emptyRedis(): Promise<void> {
  const redis = new Redis(backends().redis?.url ?? '');
  try {
    const scan = redis.scanStream({ match: `{${QUEUE_PREFIX}*`, count: 1000 }) as AsyncIterable<string[]>;
    for await (const keys of scan) {
      const removed = keys.filter((key) => !key.endsWith(':meta'));
      if (removed.length > 0) await redis.unlink(...removed);
    }
  } finally {
    redis.disconnect();
  }
}

/** Removes all jobs and the locator's entries from a database. */
export async function emptyPostgres(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('TRUNCATE bullmq.job CASCADE; TRUNCATE bullmq.event; TRUNCATE queued_sessions');
  } finally {
    await client.end();
  }
}
