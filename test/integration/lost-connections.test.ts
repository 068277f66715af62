import { createDataSource, databaseOf, LostConnections, parseConfiguration, sleep } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
import type { DataSource } from 'typeorm';
import { TcpProxy } from '../faults/cluster/tcp-proxy';
import { backends } from '../support/backends';

describe('connections to Postgres through a network that stalls half-open', () => {
  const logger = { warn: jest.fn() };
  let network: TcpProxy;
  let connections: LostConnections;
  let dataSource: DataSource;
  let database: Database;

  beforeEach(async () => {
    logger.warn.mockClear();
    const url = new URL(backends().postgres.url);
    network = await TcpProxy.start(Number(url.port));
    url.port = String(network.port);
    // An operator's own name must not hide the connections.
    url.searchParams.set('application_name', 'ours');
    const { DATABASE_URL } = parseConfiguration({ DATABASE_URL: url.href });
    connections = new LostConnections({ DATABASE_URL }, logger);
    dataSource = createDataSource(DATABASE_URL, { poolSize: 2, watch: connections });
    await dataSource.initialize();
    database = databaseOf(dataSource);
    connections.onModuleInit();
    await database.query('SELECT 1');
  });

  afterEach(async () => {
    connections.onApplicationShutdown();
    network.expire();
    await dataSource.destroy();
    await network.close();
  });

  it('are found once the network is back, and whoever waited for one is told', async () => {
    await sleep(1500);
    network.stall();
    const waiting = expect(database.query('SELECT 1')).rejects.toThrow('Connection terminated');
    await sleep(1500);
    expect(logger.warn).not.toHaveBeenCalled();
    network.open();
    await waiting;
    await expect(database.query('SELECT 1')).resolves.toBeDefined();
    expect(logger.warn).toHaveBeenCalledTimes(1);
  }, 20_000);

  it('are ended in the server too, or their locks would stay', async () => {
    let isHeld: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (isHeld = resolve));
    const may = new Promise<void>((resolve) => (goOn = resolve));
    const transaction = database.transaction(async (connection) => {
      await connection.query('SELECT pg_advisory_xact_lock(4711)');
      isHeld();
      await may;
      await connection.query('SELECT 1');
    });
    await held;
    await sleep(1500);
    network.stall();
    await sleep(1500);
    network.open();
    const direct = await createDataSource(backends().postgres.url, { poolSize: 1 }).initialize();
    await direct.query("SET statement_timeout = '8s'");
    await expect(direct.query('SELECT pg_advisory_lock(4711)')).resolves.toBeDefined();
    await direct.destroy();
    const broken = expect(transaction).rejects.toThrow();
    goOn();
    await broken;
  }, 20_000);

  it('are left alone, however long a statement takes, while the server answers', async () => {
    await expect(database.query('SELECT pg_sleep(4)')).resolves.toBeDefined();
    expect(logger.warn).not.toHaveBeenCalled();
  }, 20_000);
});
