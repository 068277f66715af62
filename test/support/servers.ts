import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedPostgres, freePort, isAlive } from '../../apps/cli/src/start/embedded-postgres';
import { endWithRun, forgetProcess, runFolder } from './run-folder';

/** A server of this test run's own. Stopped at the end of the run if not before. */
export interface TestServer {
  url: string;
  /** Version as the server itself says, such as "18.4". */
  version: string;
  pid: number;
  /** Where it keeps its data and its log. */
  folder: string;
  /** Ends it cleanly. */
  stop(): Promise<void>;
  /** Ends it without any warning, as a power cut would, if it runs. */
  crash(): Promise<void>;
  /** Starts it again after `stop` or `crash`, on the same data, under the same URL. */
  restart(): Promise<void>;
}

const READY_MS = 20_000;

/** Another program may take a free port before the server listens on it. */
const PORT_ATTEMPTS = 3;

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/**
 * Starts an embedded Postgres with the server's real settings, but `fsync` off unless `durable`, for speed. A test
 * of durability asks for a server of its own with `durable: true`; all others share that of `backends()`.
 */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<TestServer> {
  const folder = await serverFolder('postgres');
  const unsafe: Record<string, string> = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const postgres = new EmbeddedPostgres(folder, options.durable ? {} : unsafe);
  const { url, pid } = await postgres.start();
  await endWithRun(pid, 'SIGQUIT');
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const server: TestServer = {
    url,
    pid,
    folder,
    version: rows[0]?.server_version ?? 'of unknown version',
    stop: async () => {
      await postgres.stop();
      await forgetProcess(server.pid);
    },
    crash: () => endServer(server.pid, 'SIGKILL'),
    restart: async () => {
      server.pid = (await postgres.start()).pid;
      await endWithRun(server.pid, 'SIGQUIT');
    },
  };
  return server;
}

/** Starts a Redis with the settings that the product requires: every write on disk before it is answered. */
export async function startRedis(): Promise<TestServer> {
  const folder = await serverFolder('redis');
  const durable = [
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--maxmemory-policy',
    'noeviction',
    '--save',
    '',
  ];
  const at = (port: number) => ({
    args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, ...durable],
    url: `redis://127.0.0.1:${port}`,
  });
  return startProgram('redis-server', folder, at, redisVersion);
}

/** What Meilisearch may use to index, here as under compose. */
export const MEILI_INDEXING_MEMORY = '1GiB';

/** Starts a Meilisearch with a master key of its own, which `key` holds. */
export async function startMeilisearch(): Promise<TestServer & { key: string }> {
  const folder = await serverFolder('meilisearch');
  const key = randomBytes(24).toString('hex');
  const settings = [
    '--max-indexing-memory',
    MEILI_INDEXING_MEMORY,
    '--no-analytics',
    '--env',
    'production',
    '--log-level',
    'WARN',
    '--master-key',
    key,
    '--db-path',
    join(folder, 'data'),
  ];
  const at = (port: number) => ({
    args: ['--http-addr', `127.0.0.1:${port}`, ...settings],
    url: `http://127.0.0.1:${port}`,
  });
  const server = await startProgram('meilisearch', folder, at, (url) => meilisearchVersion(url, key));
  return Object.assign(server, { key });
}

/** Asks a Redis for its version; rejects when it does not answer. */
export async function redisVersion(url: string): Promise<string> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  // ioredis also rejects `connect`; without a listener it would print the error as unhandled.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'of unknown version';
  } finally {
    redis.disconnect();
  }
}

/** Asks a Meilisearch for its version; rejects when it does not answer. */
export async function meilisearchVersion(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/version`, {
    headers: key ? { authorization: `Bearer ${key}` } : {},
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`Meilisearch at ${url} answered ${response.status}: check its key.`);
  return ((await response.json()) as { pkgVersion: string }).pkgVersion;
}

async function serverFolder(name: string): Promise<string> {
  return mkdtemp(join(runFolder(), `${name}-`));
}

/** How to start a server on a port, and where it is then. */
type AtPort = (port: number) => { args: string[]; url: string };

async function startProgram(
  program: string,
  folder: string,
  at: AtPort,
  versionOf: (url: string) => Promise<string>,
): Promise<TestServer> {
  const start = async (port: number): Promise<{ pid: number; version: string }> => {
    const { args, url } = at(port);
    const log: string[] = [];
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const file = createWriteStream(join(folder, 'server.log'), { flags: 'a' });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.push(String(chunk));
        file.write(chunk);
      });
      (stream as unknown as { unref(): void }).unref();
    }
    child.unref();
    const pid = child.pid;
    if (pid === undefined) throw new Error(`${program} could not be started.`);
    await endWithRun(pid);
    const deadline = Date.now() + READY_MS;
    for (;;) {
      try {
        const version = await versionOf(url);
        // Else another run's server has the port, and this one has ended.
        if (child.exitCode === null) return { pid, version };
        throw new Error(`${program} has ended.`);
      } catch (error) {
        if (child.exitCode !== null || Date.now() > deadline) {
          if (child.exitCode !== null) await forgetProcess(pid);
          throw new Error(`${program} does not answer. It said:\n${log.join('')}`, { cause: error });
        }
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  };
  const startOnFreePort = async (
    attempt = 1,
  ): Promise<Pick<TestServer, 'pid' | 'version' | 'url' | 'restart'>> => {
    const port = await freePort();
    try {
      return {
        ...(await start(port)),
        url: at(port).url,
        restart: async () => {
          server.pid = (await start(port)).pid;
        },
      };
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/in use/i.test(String(error))) throw error;
      return startOnFreePort(attempt + 1);
    }
  };
  const server: TestServer = {
    ...(await startOnFreePort()),
    folder,
    stop: () => endServer(server.pid, 'SIGTERM'),
    crash: () => endServer(server.pid, 'SIGKILL'),
  };
  return server;
}

/** Ends a server; one that has ended already, as after a fault from which it did not come back, is no error. */
async function endServer(pid: number, signal: NodeJS.Signals): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await untilGone(pid);
  await forgetProcess(pid);
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} does not end.`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
