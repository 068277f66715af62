import { fork } from 'node:child_process';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build';
import {
  isInstalled,
  meilisearchVersion,
  redisVersion,
  startMeilisearch,
  startPostgres,
  startRedis,
} from './servers';

/**
 * Starts the servers of an integration run and says in TEST_RUN_… variables, which the test workers inherit, where
 * they are. A process of its own ends them and removes their folders, however the run ends.
 */
async function globalSetup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sessions-test-'));
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'processes'));
  await mkdir(join(folder, 'asked'));
  const reaper = fork(join(__dirname, 'reaper.cjs'), [folder], { detached: true, stdio: 'ignore' });
  reaper.unref();
  reaper.channel?.unref();
  process.env.TEST_RUN_DIR = folder;
  process.env.TEST_RUN_REAPER = String(reaper.pid);
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
