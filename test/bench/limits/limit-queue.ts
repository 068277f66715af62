import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import { Redis } from 'ioredis';

/** Puts sessions into one job of BullMQ, with the options that the product gives its jobs. */
export type AddJob = (sessions: readonly unknown[]) => Promise<void>;

/** Opens BullMQ's queue `QUEUE_NAME` on `REDIS_URL`, or else on `DATABASE_URL`. */
export async function openQueue({
  QUEUE_NAME = '',
  REDIS_URL,
  DATABASE_URL,
}: NodeJS.ProcessEnv): Promise<AddJob> {
  const queue =
    REDIS_URL === undefined
      ? new (withBackend(createPostgresBackend).Queue)(QUEUE_NAME, {
          connection: { connectionString: DATABASE_URL, max: 10, migrate: true },
        })
      : new (withBackend(createRedisBackend).Queue)(QUEUE_NAME, {
          connection: new Redis(REDIS_URL, { maxRetriesPerRequest: 0 }),
          prefix: `{${QUEUE_NAME}}`,
          streams: { events: { maxLen: 100 } },
        });
  await queue.waitUntilReady();
  return async (sessions) => {
    await queue.add(
      'sessions.accepted',
      { sessions },
      { attempts: 1_000_000, removeOnComplete: true, removeOnFail: true },
    );
  };
}
