import { sleep } from '@sessions/runtime';
import { eventually } from '../../support/eventually';
import type { Cluster } from '../cluster/cluster';
import type { TcpProxy } from '../cluster/tcp-proxy';
import type { Scenario } from './scenario';

/** How far the clock of one API goes back. */
const CLOCK_BACK_MS = 3_600_000;

/** Jobs that may wait when the queue is to fill up soon. */
const SMALL_BACKLOG = 20;

/** How long the load may take to fill the small disk. */
const FILLING_MS = 30_000;

/** Stalls one network. Old connections never come back. */
function stalled(
  networkOf: (networks: Cluster['networks']) => TcpProxy | undefined,
): Pick<Scenario, 'strike' | 'restore'> {
  return {
    async strike({ cluster: { networks }, outageMs }) {
      networkOf(networks)?.stall();
      await sleep(outageMs);
      networkOf(networks)?.open();
    },
    restore({ cluster: { networks } }) {
      networkOf(networks)?.expire();
      return Promise.resolve();
    },
  };
}

const queueFull: Scenario = {
  name: 'queue-full',
  refuses: true,
  async prepare({ cluster: { apis, workers } }) {
    for (const worker of workers) await worker.stop();
    for (const api of apis) await api.stop();
    for (const api of apis) await api.start({ INGEST_MAX_BACKLOG: String(SMALL_BACKLOG) });
  },
  async strike({ cluster: { workers }, outageMs }) {
    await sleep(outageMs);
    for (const worker of workers) await worker.start();
  },
  async restore({ cluster: { apis } }) {
    for (const api of apis) await api.stop();
    for (const api of apis) await api.start();
  },
};

const redisMemoryFull: Scenario = {
  name: 'redis-memory-full',
  needs: 'redis',
  refuses: true,
  async strike({ cluster, outageMs }) {
    await cluster.configureRedis('maxmemory', '1mb');
    await sleep(outageMs);
    await cluster.configureRedis('maxmemory', '0');
  },
};

const diskFull: Scenario = {
  name: 'disk-full',
  async strike({ cluster, outageMs }) {
    const disk = await cluster.fillDisk();
    await eventually(async () => (await disk.failures()) > 0, { timeoutMs: FILLING_MS });
    await sleep(outageMs);
    const failures = await disk.failures();
    await disk.makeRoom();
    return `${disk.means}, ${failures} statements failed`;
  },
  restore: ({ cluster }) => cluster.emptyDisk(),
};

const clockBack: Scenario = {
  name: 'clock-back',
  async prepare({ cluster: { apis } }) {
    await apis[0]?.stop();
    await apis[0]?.start({
      NODE_OPTIONS: `--require ${require.resolve('../cluster/clock-back.cjs')}`,
      CLOCK_BACK_MS: String(CLOCK_BACK_MS),
    });
  },
  async strike({ cluster: { apis }, outageMs }) {
    apis[0]?.signal('SIGUSR2');
    await sleep(outageMs);
    return 'one API is an hour behind';
  },
  async restore({ cluster: { apis } }) {
    await apis[0]?.stop();
    await apis[0]?.start();
  },
};

const rollingRestart: Scenario = {
  name: 'rolling-restart',
  noRequestFails: true,
  async strike({ cluster: { processes } }) {
    for (const process of processes) {
      await process.stop();
      await process.start();
      await sleep(500);
    }
  },
};

/** Scenarios in which something is away, full or wrong for a while, and one in which nothing should be noticed. */
export const OUTAGES: readonly Scenario[] = [
  { name: 'stalled-database', ...stalled(({ worker }) => worker.postgres) },
  { name: 'stalled-redis', needs: 'redis', ...stalled(({ worker }) => worker.redis) },
  { name: 'stalled-search', needs: 'meilisearch', ...stalled(({ worker }) => worker.meilisearch) },
  { name: 'stalled-queue', refuses: true, ...stalled(({ api }) => api.redis ?? api.postgres) },
  queueFull,
  redisMemoryFull,
  diskFull,
  clockBack,
  rollingRestart,
];
