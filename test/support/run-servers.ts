import {
  isInstalled,
  meilisearchVersion,
  redisVersion,
  startMeilisearch,
  startPostgres,
  startRedis,
} from './servers';

/**
 * Starts the servers of a run and says in TEST_RUN_… variables, which child processes inherit and `backends()` reads,
 * where they are.
 *
 * @param durable has Postgres keep what it acknowledged, which costs time; Redis always does
 */
export async function startRunServers({ durable = false } = {}): Promise<void> {
  await Promise.all([setUpPostgres(durable), setUpRedis(), setUpMeilisearch()]);
}

async function setUpPostgres(durable: boolean): Promise<void> {
  const { url, version } = await startPostgres({ durable });
  process.env.TEST_RUN_POSTGRES_URL = url;
  process.env.TEST_RUN_POSTGRES_VERSION = `(embedded ${version})`;
}

async function setUpRedis(): Promise<void> {
  const given = process.env.TEST_REDIS_URL;
  if (!given && !isInstalled('redis-server')) return;
  const { url, version } = given ? { url: given, version: await redisVersion(given) } : await startRedis();
  process.env.TEST_RUN_REDIS_URL = url;
  process.env.TEST_RUN_REDIS_VERSION = version;
}

async function setUpMeilisearch(): Promise<void> {
  const given = process.env.TEST_MEILI_URL;
  if (!given && !isInstalled('meilisearch')) return;
  const givenKey = process.env.TEST_MEILI_KEY ?? '';
  const { url, key, version } = given
    ? { url: given, key: givenKey, version: await meilisearchVersion(given, givenKey) }
    : await startMeilisearch();
  process.env.TEST_RUN_MEILI_URL = url;
  process.env.TEST_RUN_MEILI_KEY = key;
  process.env.TEST_RUN_MEILI_VERSION = version;
}
