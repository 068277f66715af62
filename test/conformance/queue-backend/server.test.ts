import { randomBytes } from 'node:crypto';
import {
  chooseQueueBackend,
  OUTBOX_READY,
  QueueClient,
  QueueServer,
  SESSIONS_ACCEPTED,
} from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import {
  createDataSource,
  createLogger,
  databaseOf,
  parseConfiguration,
  SettingError,
  sleep,
} from '@sessions/runtime';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { TcpProxy } from '../../faults/cluster/tcp-proxy';
import { backends, createDatabase, queueBackends } from '../../support/backends';
import { startPostgres, startRedis } from '../../support/servers';
import type { TestServer } from '../../support/servers';
import { eventually } from '../../support/eventually';
import { listen } from './queue-under-test';

interface Urls {
  DATABASE_URL: string;
  REDIS_URL?: string;
}

const dataSources: { destroy(): Promise<void> }[] = [];

/** A backend on servers that the test names. */
async function backendOn(urls: Urls, databaseUrl = urls.DATABASE_URL): Promise<QueueBackend> {
  const configuration = parseConfiguration({ ...urls, LOG_LEVEL: 'silent' });
  const dataSource = createDataSource(databaseUrl, { poolSize: 2 });
  await dataSource.initialize();
  dataSources.push(dataSource);
  return chooseQueueBackend(configuration, databaseOf(dataSource), createLogger('api', configuration));
}

async function warningsOn(urls: Urls): Promise<string[]> {
  const backend = await backendOn(urls);
  const client = new QueueClient(backend);
  await client.connect(SESSIONS_ACCEPTED);
  try {
    return await backend.durabilityWarnings();
  } finally {
    await client.close();
    await backend.close();
  }
}

/** Runs commands that change a Redis server's settings. */
async function configure(url: string, settings: Record<string, string>): Promise<void> {
  const redis = new Redis(url);
  for (const [name, value] of Object.entries(settings)) await redis.config('SET', name, value);
  await redis.quit();
}

describe("the queue's server", () => {
  const servers: TestServer[] = [];

  afterAll(async () => {
    await Promise.all(dataSources.map((dataSource) => dataSource.destroy()));
    await Promise.all(servers.map((server) => server.stop()));
  }, 30_000);

  async function started(start: () => Promise<TestServer>): Promise<string> {
    const server = await start();
    servers.push(server);
    return server.url;
  }

  it('that is a Postgres which may lose what it acknowledged is warned of', async () => {
    const durable = await started(() => startPostgres({ durable: true }));
    expect(await warningsOn({ DATABASE_URL: durable })).toEqual([]);
    expect(await warningsOn({ DATABASE_URL: backends().postgres.url })).toEqual([
      expect.stringMatching(/^Postgres has (fsync|synchronous_commit) off/),
      expect.stringMatching(/^Postgres has (fsync|synchronous_commit) off/),
    ]);
  }, 60_000);

  if (queueBackends().includes('redis')) {
    it('that is a Redis which may lose what it acknowledged is warned of', async () => {
      const REDIS_URL = await started(startRedis);
      const DATABASE_URL = backends().postgres.url;
      await configure(REDIS_URL, { maxmemory: '0' });
      expect(await warningsOn({ DATABASE_URL, REDIS_URL })).toEqual([
        expect.stringMatching(/^Redis has no maxmemory; set it/),
      ]);
      await configure(REDIS_URL, { maxmemory: '1gb' });
      expect(await warningsOn({ DATABASE_URL, REDIS_URL })).toEqual([]);
      await configure(REDIS_URL, { appendfsync: 'everysec' });
      expect(await warningsOn({ DATABASE_URL, REDIS_URL })).toEqual([
        'Redis has appendfsync everysec; set it to always, or acknowledged sessions can be lost.',
      ]);
    }, 60_000);

    it('that is a Redis tells which share of its memory is used, and 0 without a bound', async () => {
      const REDIS_URL = await started(startRedis);
      const backend = await backendOn({ DATABASE_URL: backends().postgres.url, REDIS_URL });
      await backend.waitUntilReady();
      await configure(REDIS_URL, { maxmemory: '0' });
      await expect(backend.memoryUse()).resolves.toBe(0);
      // So little that a percentage would be more than 1.
      await configure(REDIS_URL, { maxmemory: '20mb' });
      const share = await backend.memoryUse();
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
      await backend.close();
    }, 60_000);

    it('that is a Redis which does not let us in keeps API and worker from starting, with a sentence', async () => {
      const REDIS_URL = await started(startRedis);
      await configure(REDIS_URL, { requirepass: 'right' });
      const { host } = new URL(REDIS_URL);
      for (const [url, said] of [
        [REDIS_URL, 'NOAUTH'],
        [REDIS_URL.replace('//', '//:wrong@'), 'WRONGPASS'],
      ] as const) {
        const backend = await backendOn({ DATABASE_URL: backends().postgres.url, REDIS_URL: url });
        const problem = new SettingError(
          `REDIS_URL: Redis at ${host} does not let us in (${said}); check user and password.`,
        );
        await expect(new QueueClient(backend).connect(SESSIONS_ACCEPTED)).rejects.toEqual(problem);
        const worker = newWorker(backend);
        await expect(listen(worker)).rejects.toEqual(problem);
        await worker.close();
        await backend.close();
      }
    }, 60_000);

    it('that is a Redis which stays away keeps them from starting after half a minute', async () => {
      const backend = await backendOn({
        DATABASE_URL: backends().postgres.url,
        REDIS_URL: 'redis://user:secret@127.0.0.1:1',
      });
      const connecting = new QueueClient(backend).connect(SESSIONS_ACCEPTED);
      const later = Date.now() + 30_000;
      await sleep(200);
      const now = jest.spyOn(Date, 'now').mockReturnValue(later);
      await expect(connecting).rejects.toEqual(
        new SettingError(
          'REDIS_URL: Redis at 127.0.0.1:1 cannot be reached (ECONNREFUSED); start it, or correct the address.',
        ),
      );
      now.mockRestore();
      await backend.close();
    });

    it('that is a Redis and is demoted is left for the one that takes its place', async () => {
      const [old, next] = await Promise.all([started(startRedis), started(startRedis)]);
      const network = await TcpProxy.start(Number(new URL(old).port));
      const backend = await backendOn({
        DATABASE_URL: backends().postgres.url,
        REDIS_URL: `redis://127.0.0.1:${network.port}`,
      });
      const client = new QueueClient(backend);
      const worker = newWorker(backend);
      await Promise.all([client.connect(OUTBOX_READY), listen(worker)]);
      network.redirect(Number(new URL(next).port));
      const redis = new Redis(old);
      await redis.replicaof('127.0.0.1', 1);
      await redis.quit();
      await expect(client.add(OUTBOX_READY, {})).rejects.toThrow('READONLY');
      await eventually(() => client.add(OUTBOX_READY, {}).then(() => true));
      await eventually(async () => (await client.backlog(OUTBOX_READY)) === 0);
      await worker.close();
      await client.close();
      await backend.close();
      await network.close();
    }, 60_000);

    it('that is a Redis which does not tell its settings is warned of, and is used', async () => {
      const REDIS_URL = await started(startRedis);
      await configure(REDIS_URL, { maxmemory: '1gb' });
      const redis = new Redis(REDIS_URL);
      await redis.call('ACL', 'SETUSER', 'default', '-config');
      await redis.quit();
      expect(await warningsOn({ DATABASE_URL: backends().postgres.url, REDIS_URL })).toEqual(
        ['appendonly', 'appendfsync', 'maxmemory-policy'].map(
          (setting) =>
            expect.stringMatching(`^Redis does not tell its ${setting}; see that it is`) as unknown,
        ),
      );
    }, 60_000);
  }

  it.each(queueBackends())(
    'that is a %s and goes away makes a producer fail rather than wait',
    async (name) => {
      const server = await (name === 'redis' ? startRedis() : startPostgres());
      const databaseUrl = backends().postgres.url;
      const urls: Urls =
        name === 'redis'
          ? { DATABASE_URL: databaseUrl, REDIS_URL: server.url }
          : { DATABASE_URL: server.url };
      const backend = await backendOn(urls, databaseUrl);
      const client = new QueueClient(backend);
      await client.connect(SESSIONS_ACCEPTED);
      await server.crash();
      await expect(client.add(SESSIONS_ACCEPTED, { sessions: [] })).rejects.toThrow();
      await expect(client.backlog(SESSIONS_ACCEPTED)).rejects.toThrow();
      await client.close();
      await backend.close();
    },
    60_000,
  );

  it('that is a Postgres whose user may not make a schema keeps them from starting, with a sentence', async () => {
    const own = await createDatabase();
    const role = `poor_${randomBytes(6).toString('hex')}`;
    const admin = new Client({ connectionString: own.url });
    await admin.connect();
    try {
      await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'poor'`);
      const url = new URL(own.url);
      [url.username, url.password] = [role, 'poor'];
      const backend = await backendOn({ DATABASE_URL: url.href }, own.url);
      await expect(new QueueClient(backend).connect()).rejects.toThrow(/^DATABASE_URL: .* grant it CREATE/);
    } finally {
      await admin.query(`DROP ROLE ${role}`);
      await admin.end();
      await own.drop();
    }
  });

  it('that is a Postgres and is away at first is used once it is there', async () => {
    const server = await startPostgres();
    servers.push(server);
    await server.crash();
    const backend = await backendOn({ DATABASE_URL: server.url }, backends().postgres.url);
    const client = new QueueClient(backend);
    const worker = newWorker(backend);
    await expect(client.add(OUTBOX_READY, {})).rejects.toThrow('ECONNREFUSED');
    await expect(listen(worker)).rejects.toThrow('ECONNREFUSED');
    await worker.close();
    await server.restart();
    await client.connect(OUTBOX_READY);
    await client.add(OUTBOX_READY, {});
    const next = newWorker(backend);
    await listen(next);
    await eventually(async () => (await client.backlog(OUTBOX_READY)) === 0);
    await next.close();
    await client.close();
    await backend.close();
  }, 60_000);
});

function newWorker(backend: QueueBackend): QueueServer {
  const server = new QueueServer(backend, { [OUTBOX_READY]: { concurrency: 1 } }, 5000, { warn: jest.fn() });
  server.addHandler(OUTBOX_READY, () => Promise.resolve(), true);
  return server;
}
