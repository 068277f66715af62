import { chooseQueueBackend, QueueClient, QueueServer, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { QueueBackend, QueueContext } from '@sessions/queue';
import {
  createDataSource,
  createLogger,
  databaseOf,
  LostConnections,
  parseConfiguration,
} from '@sessions/runtime';
import type { DataSource } from 'typeorm';
import { TcpProxy } from '../../faults/cluster/tcp-proxy';
import { backends, createDatabase, queueBackends } from '../../support/backends';
import type { QueueBackend as BackendName, TestDatabase } from '../../support/backends';
import { dropQueue } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { listen } from './queue-under-test';

describe.each(queueBackends())('a worker whose network to %s stalls half-open', (name) => {
  const queueName = `stalled-${process.pid}`;
  let own: TestDatabase;
  let dataSource: DataSource;
  let network: TcpProxy;
  let near: QueueBackend;
  let far: QueueBackend;
  let connections: LostConnections;
  let client: QueueClient;
  let server: QueueServer;
  const logger = createLogger('worker', { LOG_LEVEL: 'silent' });
  const handled: string[] = [];

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = await createDataSource(own.url, { poolSize: 2 }).initialize();
    const place = new URL(name === 'redis' ? (backends().redis?.url ?? '') : own.url);
    network = await TcpProxy.start(Number(place.port));
    near = backendAt(name, place);
    client = new QueueClient(near);
    await client.connect(SESSIONS_ACCEPTED);
    const stalling = new URL(place);
    stalling.port = String(network.port);
    connections = new LostConnections({ DATABASE_URL: name === 'redis' ? own.url : stalling.href }, logger);
    connections.onModuleInit();
    far = backendAt(name, stalling, connections);
    server = new QueueServer(far, { [SESSIONS_ACCEPTED]: { concurrency: 2 } }, 5000, logger);
    const handle = (_data: unknown, context: QueueContext) => Promise.resolve(handled.push(context.jobId));
    server.addHandler(SESSIONS_ACCEPTED, handle, true);
    await listen(server);
  });

  afterAll(async () => {
    await server.close();
    await client.close();
    await near.close();
    await far.close();
    connections.onApplicationShutdown();
    await network.close();
    await dataSource.destroy();
    if (name === 'redis') await dropQueue(backends().redis?.url ?? '', queueName);
    await own.drop();
  }, 30_000);

  function backendAt(backend: BackendName, url: URL, watch?: LostConnections): QueueBackend {
    const configuration = parseConfiguration({
      DATABASE_URL: backend === 'redis' ? own.url : url.href,
      ...(backend === 'redis' ? { REDIS_URL: url.href } : {}),
      QUEUE_NAME: queueName,
    });
    return chooseQueueBackend(configuration, databaseOf(dataSource), logger, watch);
  }

  it('takes jobs again once the network is back, though its old connections never come back', async () => {
    await client.add(SESSIONS_ACCEPTED, { sessions: [] }, { jobId: 'job-before' });
    await eventually(() => handled.includes('job-before'));
    network.stall();
    await client.add(SESSIONS_ACCEPTED, { sessions: [] }, { jobId: 'job-meanwhile' });
    network.open();
    await eventually(() => handled.includes('job-meanwhile'), { timeoutMs: 15_000 });
  }, 30_000);
});
