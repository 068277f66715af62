import { Redis } from 'ioredis';
import { Meilisearch } from 'meilisearch';

/** Removes every key of a queue whose name no other queue's contains. */
export async function dropQueue(redisUrl: string, queueName: string): Promise<void> {
  const redis = new Redis(redisUrl);
  try {
    for await (const keys of redis.scanStream({ match: `*${queueName}*`, count: 1000 }) as AsyncIterable<
      string[]
    >) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } finally {
    redis.disconnect();
  }
}

/** Asks Meilisearch to remove an index; it does so in its own time. */
export async function dropIndex(url: string, apiKey: string, index: string): Promise<void> {
  await new Meilisearch({ host: url, apiKey }).deleteIndex(index);
}
