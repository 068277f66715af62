import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive } from '../../apps/cli/src/start/embedded-postgres';
import type { Quickstart } from '../../apps/cli/src/start/quickstart-file';
import { requireBuild } from '../support/build';
import { eventually } from '../support/eventually';
import { childrenOf, commandOf, copyProduct, start, untilServing } from './started-product';
import type { StartedProduct } from './started-product';

/** One story, told in order: a first start, use, failures, and a stop, all in one folder. */
describe('npm start', () => {
  let folder: string;
  let running: StartedProduct;
  let quickstart: Quickstart;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    await requireBuild();
    folder = await copyProduct();
    running = await start(folder, { PORT: '0', SEARCH_INDEX: 'story' });
    await untilServing(running);
    quickstart = JSON.parse(readFileSync(join(folder, '.data/quickstart.json'), 'utf8')) as Quickstart;
  }, 90_000);

  afterAll(async () => {
    await running.stop();
  }, 60_000);

  it('prints where everything is, with the key of its first run, and keeps it for its owner only', () => {
    expect(running.output()).toContain(quickstart.url);
    expect(running.output()).toContain(`${quickstart.url}/docs`);
    expect(running.output()).toContain(quickstart.projectId);
    expect(running.output()).toContain(quickstart.apiKey);
    expect(statSync(join(folder, '.data/quickstart.json')).mode & 0o777).toBe(0o600);
  });

  it('prints commands that create, list and search when they are pasted', async () => {
    const [, pasted = ''] = /^( {2}KEY=[^]*?)\n\n/m.exec(running.output()) ?? [];
    const run = promisify(execFile);
    const { stdout } = await run(
      'bash',
      ['-ec', pasted.replaceAll('curl ', 'curl --silent --write-out "\\n" ')],
      {
        cwd: folder,
        env: { PATH: process.env.PATH },
      },
    );
    const [created, ...read] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(created).toMatchObject({ session: { name: 'Export is broken', message_count: 1 } });
    expect(read).toHaveLength(2);
    for (const answer of read) expect(answer).toHaveProperty('total');
    acknowledged.push((created as { session: { id: string } }).session.id);
  });

  it('runs the demo against itself', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['scripts/run-built.mjs', 'cli', 'demo', '--count', '150'],
      { cwd: folder, env: { PATH: process.env.PATH } },
    );
    expect(stdout).toContain('Accepted    150 of 150');
    expect(stdout).toContain('Persisted   150 of 150');
    expect(stdout).toContain('Searchable  150 of 150');
    expect(stdout).toMatch(/export button: \d+ found/);
  }, 60_000);

  it('lets the command line work on its database, queue and index', async () => {
    const file = join(folder, '.data/settings.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      DATABASE_URL: expect.stringMatching(/^postgres:/) as string,
      REDIS_URL: null,
      QUEUE_NAME: null,
      MEILI_URL: null,
      MEILI_API_KEY: null,
      SEARCH_INDEX: 'story',
      INGEST_MAX_BACKLOG: null,
      INGEST_MAX_MEMORY_PERCENT: null,
    });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['scripts/run-built.mjs', 'cli', 'projects', 'list', '--json'],
      { cwd: folder, env: { PATH: process.env.PATH } },
    );
    expect(stdout).toContain(quickstart.projectId);
  });

  it('runs once in a folder, whoever asks and goes away', async () => {
    const asking = connect(join(folder, '.data/start.sock'));
    asking.once('connect', () => asking.destroy());
    await once(asking, 'close');
    const second = await start(folder, { PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('It is running already in this folder');
  });

  it('starts a process again that died, and says so in one line', async () => {
    const worker = childrenOf(running.pid).find((pid) => commandOf(pid).includes('apps/worker'));
    expect(worker).toBeDefined();
    process.kill(worker ?? 0, 'SIGKILL');
    await eventually(() => running.output().includes('The worker ended by SIGKILL'));
    const session = await create('After the worker died');
    await eventually(async () => (await list()).includes(session), { timeoutMs: 20_000 });
    expect(running.output().match(/The worker ended/g)).toHaveLength(1);
  }, 40_000);

  it('starts Postgres again that was told to stop, and waits for us to leave', async () => {
    const file = join(folder, '.data/postgres/data/postmaster.pid');
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGTERM');
    await eventually(() => !isAlive(pid), { timeoutMs: 20_000 });
    await eventually(async () => (await call('')).status === 200, { timeoutMs: 20_000 });
    await create('After Postgres was told to stop');
  }, 60_000);

  it('keeps everything that it acknowledged when all of it is killed at once', async () => {
    for (let count = 0; count < 20; count++) await create(`Acknowledged ${count}`);
    await running.killAll();
    running = await start(folder, { PORT: new URL(quickstart.url).port });
    await untilServing(running);
    expect(running.output()).not.toContain(quickstart.apiKey);
    expect(running.output()).toContain('kept in .data/quickstart.json');
    for (const id of acknowledged) expect((await call(`/${id}`)).status).toBe(200);
    await eventually(
      async () => {
        const stored = await list();
        return acknowledged.every((id) => stored.includes(id));
      },
      { timeoutMs: 60_000 },
    );
  }, 120_000);

  it('starts again after only it was killed, when its processes may still run', async () => {
    const left = childrenOf(running.pid);
    expect(left).toHaveLength(2);
    process.kill(running.pid, 'SIGKILL');
    running = await start(folder, { PORT: new URL(quickstart.url).port });
    await untilServing(running);
    // Those that were left may have answered, while they still finish.
    await eventually(() => !left.some(isAlive), { timeoutMs: 20_000 });
    await create('After start was killed');
  }, 90_000);

  it('stops cleanly, Postgres included, and one that is started meanwhile waits for that', async () => {
    const postgres = join(folder, '.data/postgres/data/postmaster.pid');
    expect(existsSync(postgres)).toBe(true);
    const stopped = running.stop();
    await eventually(() => running.output().includes('Stopping'));
    const next = await start(folder, { PORT: '0' });
    expect(await stopped).toBe(0);
    expect(running.output()).toContain('Stopped.');
    await untilServing(next);
    expect(await next.stop()).toBe(0);
    expect(existsSync(postgres)).toBe(false);
    expect(existsSync(join(folder, '.data/settings.json'))).toBe(false);
    await expect(call('')).rejects.toThrow();
  }, 60_000);

  it('stops with npm, which tells nobody but the shell that it stops', async () => {
    running = await start(folder, { PORT: '0' }, ['npm', 'start']);
    await untilServing(running);
    const postgres = join(folder, '.data/postgres/data/postmaster.pid');
    process.kill(running.pid, 'SIGTERM');
    await eventually(() => !existsSync(postgres), { timeoutMs: 30_000 });
  }, 60_000);

  it('says what to do when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const { port } = other.address() as AddressInfo;
    const refused = await start(folder, { PORT: String(port) });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`Port ${port} is taken by another program`);
    await new Promise((done) => other.close(done));
  });

  it('says what to do when its host is no address of this machine', async () => {
    const refused = await start(folder, { HOST: '192.0.2.1', PORT: '0' });
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toBe('HOST: 192.0.2.1 is no address of this machine.\n');
  });

  function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${quickstart.apiKey}`, 'content-type': 'application/json' };
    const query = new URLSearchParams({ projectId: quickstart.projectId });
    if (path === '' && !init.body) query.set('limit', '1000');
    return fetch(`${quickstart.url}/api/sessions${path}?${query.toString()}`, { ...init, headers });
  }

  async function create(name: string): Promise<string> {
    const response = await call('', { method: 'POST', body: JSON.stringify({ name }) });
    expect(response.status).toBe(201);
    const { session } = (await response.json()) as { session: { id: string } };
    acknowledged.push(session.id);
    return session.id;
  }

  async function list(): Promise<string[]> {
    const { sessions } = (await (await call('')).json()) as { sessions: { id: string }[] };
    return sessions.map(({ id }) => id);
  }
});
