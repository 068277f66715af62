import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@sessions/runtime';
import { isAlive } from '../../../apps/cli/src/start/embedded-postgres';
import type { TestServer } from '../../support/servers';
import { withClient } from '../verify/snapshot';
import type { Scenario } from './scenario';

/** Sessions in the batch that a worker is killed over. */
const BURST = 400;

/** What dies comes back after this long, as under a supervisor. */
const RESTART_MS = [200, 2000] as const;

/** Writes enough into Postgres' log that replaying it takes long enough to be interrupted. */
const BALLAST = `
  DROP TABLE IF EXISTS ballast;
  CREATE TABLE ballast (number int, text text);
  INSERT INTO ballast SELECT number, repeat('x', 200) FROM generate_series(1, 100000) AS number`;

const killApi: Scenario = {
  name: 'kill-api',
  short: true,
  async strike({ cluster, random }) {
    const api = random.pick(cluster.apis);
    await api.kill();
    await sleep(random.between(...RESTART_MS));
    await api.start();
  },
};

const killWorker: Scenario = {
  name: 'kill-worker',
  short: true,
  async strike({ cluster, load, random }) {
    const worker = random.pick(cluster.workers);
    await load.burst(BURST);
    await sleep(random.between(0, 60));
    await worker.kill();
    await sleep(random.between(...RESTART_MS));
    await worker.start();
  },
};

const killRedis: Scenario = {
  name: 'kill-redis',
  needs: 'redis',
  refuses: true,
  short: true,
  async strike({ cluster: { redis }, random }) {
    await redis?.crash();
    await sleep(random.between(...RESTART_MS));
    await redis?.restart();
  },
};

const killPostgres: Scenario = {
  name: 'kill-postgres',
  short: true,
  async strike({ cluster: { postgres }, random }) {
    await withClient(postgres.url, (client) => client.query(BALLAST));
    await postgres.crash();
    await sleep(random.between(...RESTART_MS));
    const recovered = (await logOf(postgres)).length;
    const restarted = postgres.restart();
    const killed = await killRecovering(postgres, recovered, random.between(0, 20));
    const [outcome] = await Promise.allSettled([restarted]);
    if (outcome.status === 'rejected' || !isAlive(postgres.pid)) await postgres.restart();
    return killed ? 'killed again in its recovery' : 'recovered too fast to be killed again';
  },
};

const killSearch: Scenario = {
  name: 'kill-search',
  needs: 'meilisearch',
  async strike({ cluster: { meilisearch }, outageMs }) {
    await meilisearch?.crash();
    await sleep(outageMs);
    await meilisearch?.restart();
  },
};

const noWorkers: Scenario = {
  name: 'no-workers',
  async strike({ cluster: { workers }, outageMs }) {
    await Promise.all(workers.map((worker) => worker.kill()));
    await sleep(outageMs);
    for (const worker of workers) await worker.start();
  },
};

const killEverything: Scenario = {
  name: 'kill-everything',
  short: true,
  async strike({ cluster, random }) {
    const everything = [
      ...cluster.processes.map((process) => process.kill()),
      ...cluster.servers.map((server) => server.crash()),
    ];
    await Promise.all(everything);
    await sleep(random.between(...RESTART_MS));
    await Promise.all(cluster.servers.map((server) => server.restart()));
    await cluster.startProcesses();
  },
};

/** Scenarios in which something ends without warning. */
export const KILLS: readonly Scenario[] = [
  killApi,
  killWorker,
  killRedis,
  killPostgres,
  killSearch,
  noWorkers,
  killEverything,
];

/**
 * Kills a Postgres that is being started, a moment after it began to replay its log.
 *
 * @param from how long its log was before
 * @returns whether it was still replaying then
 */
async function killRecovering(postgres: TestServer, from: number, afterMs: number): Promise<boolean> {
  let log = '';
  while (!/redo starts|ready to accept connections|could not/.test(log)) {
    await sleep(2);
    log = (await logOf(postgres)).slice(from);
  }
  await sleep(afterMs);
  const file = await readFile(join(postgres.folder, 'data', 'postmaster.pid'), 'utf8');
  const pid = Number(file.split('\n')[0]);
  log = (await logOf(postgres)).slice(from);
  if (log.includes('ready to accept connections') || !isAlive(pid)) return false;
  process.kill(pid, 'SIGKILL');
  return true;
}

function logOf({ folder }: TestServer): Promise<string> {
  return readFile(join(folder, 'data', 'server.log'), 'utf8');
}
