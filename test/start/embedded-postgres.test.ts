import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@sessions/runtime';
import { Client } from 'pg';
import { EmbeddedPostgres, isAlive } from '../../apps/cli/src/start/embedded-postgres';
import { eventually } from '../support/eventually';
import { endWithRun, runFolder } from '../support/run-folder';

describe('EmbeddedPostgres', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;

  beforeAll(async () => {
    folder = await mkdtemp(join(runFolder(), 'embedded-'));
    postgres = new EmbeddedPostgres(folder);
    await started(postgres);
  }, 60_000);

  afterAll(() => postgres.stop());

  it('runs with settings that keep what is committed, and checkpoints further apart than usual', async () => {
    const { url } = await started(postgres);
    const rows = await query(
      url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'max_connections', 'max_wal_size', 'listen_addresses', 'server_encoding')",
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      max_connections: '200',
      max_wal_size: '4096',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
    });
  });

  it('knows letters beyond ASCII', async () => {
    const { url } = await started(postgres);
    expect(await query(url, "SELECT lower('ÀÉÎÕÜŁ') AS lower")).toEqual([{ lower: 'àéîõüł' }]);
  });

  it('lets nobody in without the password', async () => {
    const { url } = await started(postgres);
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('is found again by another process, and not started twice', async () => {
    expect(await started(new EmbeddedPostgres(folder))).toEqual(await started(postgres));
  });

  it('starts after SIGKILL under the same URL, with all that was committed', async () => {
    const before = await started(postgres);
    await query(before.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(before.pid, 'SIGKILL');
    await eventually(() => !isAlive(before.pid));
    const after = await started(postgres);
    expect(after.url).toBe(before.url);
    expect(after.pid).not.toBe(before.pid);
    expect(await query(after.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  }, 60_000);

  it('waits for a server that takes no connections because it stops, and starts it again', async () => {
    const before = await started(postgres);
    const client = new Client({ connectionString: before.url });
    await client.connect();
    // Postgres then waits until its last client has gone.
    process.kill(before.pid, 'SIGTERM');
    const refusal = () => query(before.url, 'SELECT 1').catch((error: { code: string }) => error.code);
    await eventually(async () => (await refusal()) === '57P03');
    const starting = started(postgres);
    await sleep(1000);
    await client.end();
    const after = await starting;
    expect(after.url).toBe(before.url);
    expect(after.pid).not.toBe(before.pid);
  }, 60_000);

  it('waits for a server that reads its log for longer than pg_ctl waits', async () => {
    await postgres.stop();
    const data = join(folder, 'data');
    await writeFile(join(data, 'recovery.signal'), '');
    // It asks for five files that there are not, and lets nobody in until it has asked for the last.
    const settings = join(data, 'postgresql.auto.conf');
    const before = await readFile(settings, 'utf8');
    await writeFile(settings, `${before}restore_command = 'sleep 5; false'\nhot_standby = off\n`);
    const began = Date.now();
    const { url } = await started(postgres);
    expect(Date.now() - began).toBeGreaterThan(20_000);
    await writeFile(settings, before);
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  }, 90_000);

  it('starts although the process id that a killed server left belongs to another program now', async () => {
    const file = join(folder, 'data', 'postmaster.pid');
    const left = await readFile(file, 'utf8');
    await postgres.stop();
    await writeFile(file, left.replace(/^\d+/, String(process.pid)));
    const { pid, url } = await started(postgres);
    expect(pid).not.toBe(process.pid);
    expect(await query(url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  }, 60_000);

  async function started(server: EmbeddedPostgres): ReturnType<EmbeddedPostgres['start']> {
    const running = await server.start();
    await endWithRun(running.pid, 'SIGQUIT');
    return running;
  }
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
