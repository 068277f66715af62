import { eventually } from '../../support/eventually';
import type { ServerName } from '../cluster/cluster';
import { sleep } from '../time';
import type { Scenario } from './scenario';

/** How far the clock of one API goes back. */
const CLOCK_BACK_MS = 3_600_000;

/** Jobs that may wait when the queue is to fill up soon. */
const SMALL_BACKLOG = 20;

/** How long the load may take to fill the small disk. */
const FILLING_MS = 30_000;

/** A refusal must come at once; 5 of 100 may come later, on a machine that has other work. */
const REFUSAL_MS = 1000;

/** Stalls the network between the workers and one server. */
function stalledNetwork(server: ServerName): Pick<Scenario, 'strike' | 'restore'> {
  return {
    async strike({ cluster: { networks }, outageMs }) {
      networks[server]?.stall();
      await sleep(outageMs);
      networks[server]?.open();
      return 'old connections never come back';
    },
    restore({ cluster: { networks } }) {
      networks[server]?.expire();
      return Promise.resolve();
    },
  };
}

const queueFull: Scenario = {
  name: 'queue-full',
  async prepare({ cluster: { apis, workers } }) {
    for (const worker of workers) await worker.stop();
    for (const api of apis) await api.stop();
    for (const api of apis) await api.start({ INGEST_MAX_BACKLOG: String(SMALL_BACKLOG) });
  },
  async strike({ cluster: { workers }, load: { ledger }, outageMs }) {
    await sleep(outageMs);
    const refused = ledger.count('503');
    if (refused === 0) throw new Error('The queue was full, and nothing was refused.');
    for (const worker of workers) await worker.start();
    return `${refused} refused while full, 95 of 100 within ${ledger.refusalMs(0.95)} ms`;
  },
  async restore({ cluster: { apis }, load: { ledger } }) {
    for (const api of apis) await api.stop();
    for (const api of apis) await api.start();
    if (ledger.refusalMs(0.95) > REFUSAL_MS)
      throw new Error(`Of 100 requests 5 were refused only after ${ledger.refusalMs(0.95)} ms.`);
  },
};

const redisMemoryFull: Scenario = {
  name: 'redis-memory-full',
  needs: 'redis',
  async strike({ cluster, load: { ledger }, outageMs }) {
    await cluster.configureRedis('maxmemory', '1mb');
    await sleep(outageMs);
    const refused = ledger.count('503');
    await cluster.configureRedis('maxmemory', '0');
    if (refused === 0) throw new Error('Redis had no memory left, and nothing was refused.');
    return `${refused} refused while full`;
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
  { name: 'stalled-database', ...stalledNetwork('postgres') },
  { name: 'stalled-redis', needs: 'redis', ...stalledNetwork('redis') },
  { name: 'stalled-search', needs: 'meilisearch', ...stalledNetwork('meilisearch') },
  queueFull,
  redisMemoryFull,
  diskFull,
  clockBack,
  rollingRestart,
];
