import { build } from './build';
import { openRun } from './run-folder';
import {
  isInstalled,
  meilisearchVersion,
  redisVersion,
  startMeilisearch,
  startPostgres,
  startRedis,
} from './servers';

/** Starts the servers of an integration run and says in TEST_RUN_… variables, which test workers inherit, where. */
async function globalSetup(): Promise<void> {
  await openRun();
  await Promise.all([setUpPostgres(), setUpRedis(), setUpMeilisearch(), build()]);
}

async function setUpPostgres(): Promise<void> {
  const { url, version } = await startPostgres();
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

module.exports = globalSetup;
