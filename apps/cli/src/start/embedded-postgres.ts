import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { CommandError } from '../errors';
import { postgresAccount, runAs } from './postgres-account';
import { postgresBinaries } from './postgres-binaries';
import { readIfThere } from './read-if-there';
import { sharedBuffers } from './shared-buffers';
import { tryPort } from './try-port';

/** A server that is running. */
export interface RunningPostgres {
  pid: number;
  /** URL of its database `sessions`, password included. */
  url: string;
}

const DATABASE = 'sessions';
/** How long `pg_ctl` waits; what takes longer is a server that reads its log, which may take as long as it needs. */
const START_SECONDS = 20;
/** A stop writes all that is in the cache. */
const STOP_SECONDS = 120;

/** Where `postmaster.pid` says what the server does (`pg_ctl.c`, `pidfile.h` of Postgres). */
const STATUS_LINE = 7;

/** A failed or killed server leaves its shared memory in use for a moment. */
const START_ATTEMPTS = 5;
const RETRY_MS = 500;

/**
 * With the default `max_wal_size` of 1 GB a checkpoint began every ten seconds under load, after each of which every page
 * that is changed is written to the log whole once more. A server killed 2.3 GB after one was back after 9.4 s.
 */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '4GB',
};

/**
 * A real Postgres server in a folder of its own, run by `pg_ctl`, so that the server is a process of its own session:
 * no signal to this process or its terminal reaches it. It therefore outlives this process unless stopped.
 *
 *   no folder ──start──▶ running ──stop──▶ stopped ──start──▶ running
 *                           │  ▲
 *          this process dies┘  └start (finds it by postmaster.pid and uses it on)
 *
 * In the folder: `data` (the cluster, with its log), `password`.
 */
export class EmbeddedPostgres {
  private readonly dataFolder: string;
  /** On 127.0.0.1, once it was started: the same as long as this object is used. */
  private port: number | undefined;

  /** @param settings Server settings beside the usual ones, by name; values without white space. */
  constructor(
    private readonly folder: string,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {
    this.dataFolder = resolve(folder, 'data');
  }

  /**
   * Starts the server, making the cluster first when there is none, or finds the one that still runs. After a crash the
   * log is read from the last checkpoint on, up to 4 GB of it, which takes minutes on a slow disk.
   *
   * @param stopping ends the wait for that
   * @throws CommandError with the end of the server's log when it does not start.
   */
  async start(stopping?: AbortSignal): Promise<RunningPostgres> {
    const running = await this.running(stopping);
    if (running) return running;
    const { initdb, pgCtl } = await postgresBinaries();
    const account = await postgresAccount(this.dataFolder, pgCtl);
    if (!existsSync(join(this.dataFolder, 'PG_VERSION'))) await this.createCluster(initdb, account);
    const settings = Object.entries({
      ...SETTINGS,
      shared_buffers: sharedBuffers(),
      ...this.settings,
    });
    for (let attempt = 1; ; attempt++) {
      // Another program may take a free port before the server has it, so each attempt looks for one unless it had one.
      const port = this.port ?? (await freePort());
      const flags = [`-p ${port}`, ...settings.map(([name, value]) => `-c ${name}=${value}`)].join(' ');
      try {
        await runAs(account, pgCtl, [
          ...this.pgCtlArgs('start', START_SECONDS),
          '-l',
          this.logFile,
          '-o',
          flags,
        ]);
        break;
      } catch (error) {
        // To start it again while it reads its log would fail, and to stop it would have it begin anew.
        const recovered = await this.running(stopping);
        if (recovered) return recovered;
        if (attempt === START_ATTEMPTS) throw new CommandError(await this.explain(), { cause: error });
        await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    }
    const started = await this.running(stopping);
    if (!started) throw new CommandError(await this.explain());
    return started;
  }

  /**
   * The server of this folder, if it runs. Waits for one that still starts, however long, or is about to stop.
   *
   * @throws CommandError when it does not stop, or what the signal is aborted with.
   */
  async running(stopping?: AbortSignal): Promise<RunningPostgres | undefined> {
    const deadline = Date.now() + STOP_SECONDS * 1000;
    for (;;) {
      const lines = await this.readPidFile();
      const [pid, , , port] = lines;
      if (!pid || !port) return undefined;
      const password = (await readFile(join(this.folder, 'password'), 'utf8')).trim();
      const server = `postgres://postgres:${password}@127.0.0.1:${port.trim()}`;
      this.port = Number(port);
      const answer = await ensureDatabase(server);
      if (answer === 'ready') return { pid: Number(pid), url: `${server}/${DATABASE}` };
      if (answer === 'none') return undefined;
      const isStarting = lines[STATUS_LINE]?.trim() === 'starting';
      if (!isStarting && Date.now() > deadline) throw new CommandError(await this.explain());
      stopping?.throwIfAborted();
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }

  /** Whether the server was told to stop, as by SIGTERM. It serves nobody new, and waits for those who are connected to leave. */
  async isStopping(): Promise<boolean> {
    return (await this.readPidFile())[STATUS_LINE]?.trim() === 'stopping';
  }

  /** Stops the server, which writes everything down first. Does nothing when none runs. */
  async stop(): Promise<void> {
    if ((await this.readPidFile()).length === 0) return;
    const { pgCtl } = await postgresBinaries();
    const account = await postgresAccount(this.dataFolder, pgCtl);
    await runAs(account, pgCtl, [...this.pgCtlArgs('stop', STOP_SECONDS), '-m', 'fast']);
  }

  /**
   * The lines of `postmaster.pid`, none when no server runs. A file that a killed server left is removed if its
   * process id is another program's by now, because Postgres would refuse to start over it.
   */
  private async readPidFile(): Promise<string[]> {
    const file = join(this.dataFolder, 'postmaster.pid');
    const lines = (await readIfThere(file))?.split('\n') ?? [];
    const pid = Number(lines[0]);
    if (!pid || !isAlive(pid)) return [];
    const program = process.platform === 'linux' ? await readIfThere(`/proc/${pid}/comm`) : 'postgres';
    if (program?.trim() === 'postgres') return lines;
    await rm(file, { force: true });
    return [];
  }

  private get logFile(): string {
    return join(this.dataFolder, 'server.log');
  }

  private pgCtlArgs(action: 'start' | 'stop', seconds: number): string[] {
    return [action, '--wait', `--timeout=${seconds}`, '--silent', `--pgdata=${this.dataFolder}`];
  }

  /** Made under another name first, so that a crash in the middle leaves no half-made cluster behind. */
  private async createCluster(
    initdb: string,
    account: Awaited<ReturnType<typeof postgresAccount>>,
  ): Promise<void> {
    const password = randomBytes(24).toString('hex');
    const passwordFile = join(this.folder, 'password');
    const unfinished = `${this.dataFolder}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account.owner) {
      await chown(unfinished, account.owner.uid, account.owner.gid);
      await chown(passwordFile, account.owner.uid, account.owner.gid);
    }
    await runAs(account, initdb, [
      `--pgdata=${unfinished}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
      '--no-instructions',
    ]);
    await rename(unfinished, this.dataFolder);
  }

  private async explain(): Promise<string> {
    const log = ((await readIfThere(this.logFile)) ?? '').trimEnd().split('\n').slice(-5).join('\n');
    return `The embedded Postgres in ${this.dataFolder} did not start. The end of its log (server.log there):\n${log}`;
  }
}

/** A port of 127.0.0.1 that nothing listens on just now. */
export function freePort(): Promise<number> {
  return tryPort('127.0.0.1', 0);
}

/** Whether a process with that id runs, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What Postgres answers while it starts, recovers what a crash left, or stops. */
const CANNOT_CONNECT_NOW = '57P03';

/** Makes the database if it is missing; `none` when no server of ours answers there (a stale postmaster.pid). */
async function ensureDatabase(server: string): Promise<'ready' | 'not now' | 'none'> {
  const client = new Client({ connectionString: `${server}/postgres`, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return 'none';
    if (code === CANNOT_CONNECT_NOW) return 'not now';
    throw error;
  }
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    return 'ready';
  } finally {
    await client.end();
  }
}
