import { migrate } from '@sessions/storage';
import { parseConfiguration, sleep } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, CommandContext } from '../command';
import { explained } from '../database';
import { EmbeddedPostgres, isAlive } from './embedded-postgres';
import { createProjectWithKey, isValid } from './first-project';
import { lockInstance } from './instance-lock';
import type { InstanceLock } from './instance-lock';
import { choosePort } from './port';
import { writePrivateFile } from './private-file';
import { readQuickstart } from './quickstart-file';
import { sharedSettings } from './shared-settings';
import { SupervisedProcess } from './supervised-process';
import { welcome } from './welcome';

const DATA_FOLDER = '.data';

/** How long the processes of a `start` that was killed may still hold the port. */
const KILLED_PORT_MS = 30_000;

/** Beyond SHUTDOWN_DRAIN_SECONDS and SHUTDOWN_SECONDS, in which a process stops by itself. */
const STOP_MARGIN_SECONDS = 5;

const POSTGRES_CHECK_MS = 1000;
const POSTGRES_SLOW_MS = 10_000;
const POSTGRES_IS_SLOW =
  'Postgres is still starting. After a crash it first reads its log (see .data/postgres/data/server.log).';
const PARENT_CHECK_MS = 250;

/** Stands in for DATABASE_URL while the other settings are checked, before the embedded Postgres has a URL. */
const NO_DATABASE_YET = 'postgres://embedded';

/** `start`: the whole product on this machine, with a Postgres of its own unless DATABASE_URL names one. */
export const startCommand: Command = {
  async run(args, context) {
    parseArgs({ args, options: {} });
    const stop = stopOnSignal();
    if (context.environment.npm_lifecycle_event) stopWithParent(stop);
    const start = new Start(context, stop.signal);
    try {
      await start.up();
      await whenAborted(stop.signal);
      context.print('Stopping…');
    } catch (error) {
      if (!stop.signal.aborted) throw error;
    } finally {
      stop.abort();
      await start.down();
    }
    context.print('Stopped.');
  },
};

/**
 * One run of `start`. `up` begins the parts in the order in which they need each other (lock, Postgres, schema,
 * project, api and worker) and `down` ends whatever began, in the order that loses nothing: api, worker, Postgres.
 */
class Start {
  private readonly folder = resolve(DATA_FOLDER);
  /** Where `npm run cli` finds what this run works on. */
  private readonly settingsFile = join(this.folder, 'settings.json');
  private readonly processes: SupervisedProcess[] = [];
  private lock: InstanceLock | undefined;
  private postgres: EmbeddedPostgres | undefined;
  private postgresWatch: Promise<void> | undefined;

  constructor(
    private readonly context: CommandContext,
    private readonly stopping: AbortSignal,
  ) {}

  async up(): Promise<void> {
    const { environment, print } = this.context;
    const settings = parseConfiguration({
      ...environment,
      DATABASE_URL: environment.DATABASE_URL || NO_DATABASE_YET,
    });
    await mkdir(join(this.folder, 'logs'), { recursive: true });
    this.lock = await lockInstance(join(this.folder, 'start.sock'), this.stopping);
    // What a run that was killed left, and what an earlier version kept, password included.
    for (const left of [this.settingsFile, join(this.folder, 'database-url')])
      await rm(left, { force: true });
    const patience = this.lock.previousWasKilled ? KILLED_PORT_MS : 0;
    const port = await choosePort(settings.HOST, settings.PORT, patience);
    const databaseUrl = environment.DATABASE_URL || (await this.startPostgres());
    await writePrivateFile(this.settingsFile, sharedSettings({ ...environment, DATABASE_URL: databaseUrl }));
    this.stopping.throwIfAborted();
    await explained({ DATABASE_URL: databaseUrl }, () => migrate(databaseUrl));
    this.stopping.throwIfAborted();
    const file = join(this.folder, 'quickstart.json');
    const kept = await readQuickstart(file);
    const isNew = !kept || !(await isValid(kept, databaseUrl));
    const project = isNew ? await createProjectWithKey(databaseUrl, 'Quickstart') : kept;
    const quickstart = {
      url: `http://${shownHost(settings.HOST)}:${port}`,
      projectId: project.projectId,
      apiKey: project.apiKey,
    };
    await writePrivateFile(file, quickstart);
    this.stopping.throwIfAborted();
    await this.startProcesses(settings, { ...environment, DATABASE_URL: databaseUrl, PORT: String(port) });
    this.stopping.throwIfAborted();
    print(welcome(quickstart, isNew));
  }

  async down(): Promise<void> {
    this.lock?.sayStopping();
    try {
      for (const one of this.processes) await one.stop();
      await this.postgresWatch;
      await this.postgres?.stop();
    } finally {
      // Held on, the lock would keep this process alive, and the next start waiting for it.
      if (this.lock) await rm(this.settingsFile, { force: true }).finally(() => this.lock?.release());
    }
  }

  private async startPostgres(): Promise<string> {
    this.postgres = new EmbeddedPostgres(join(this.folder, 'postgres'));
    const slow = setTimeout(() => this.context.print(POSTGRES_IS_SLOW), POSTGRES_SLOW_MS);
    const { url, pid } = await this.postgres.start(this.stopping).finally(() => clearTimeout(slow));
    this.postgresWatch = this.watchPostgres(this.postgres, pid);
    return url;
  }

  private async watchPostgres(postgres: EmbeddedPostgres, firstPid: number): Promise<void> {
    for (let pid = firstPid; !this.stopping.aborted; await sleep(POSTGRES_CHECK_MS, this.stopping)) {
      try {
        const isStopping = await postgres.isStopping();
        if (isAlive(pid) && !isStopping) continue;
        const what = isStopping ? 'was told to stop' : 'ended by itself';
        this.context.print(`Postgres ${what}; starting it again (see .data/postgres/data/server.log).`);
        // It would wait for the api and the worker to leave, who wait for it to let them in.
        if (isStopping) await postgres.stop();
        ({ pid } = await postgres.start(this.stopping));
      } catch (error) {
        if (!this.stopping.aborted)
          this.context.print(error instanceof Error ? error.message : String(error));
      }
    }
  }

  private async startProcesses(
    settings: Configuration,
    environment: Readonly<Record<string, string | undefined>>,
  ): Promise<void> {
    const { SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_SECONDS } = settings;
    for (const name of ['api', 'worker']) {
      this.processes.push(
        new SupervisedProcess({
          name,
          script: join(__dirname, '..', '..', '..', name, 'src', 'main.js'),
          environment: { SHUTDOWN_DRAIN_SECONDS: '0', ...environment },
          logFile: join(this.folder, 'logs', `${name}.log`),
          stopSeconds: SHUTDOWN_DRAIN_SECONDS + SHUTDOWN_SECONDS + STOP_MARGIN_SECONDS,
          say: this.context.print,
        }),
      );
    }
    const started = Promise.all(this.processes.map((one) => one.start()));
    await Promise.race([started, whenAborted(this.stopping)]);
  }
}

/**
 * Aborts at the first signal that asks to stop. Later ones change nothing: npm passes on a Ctrl-C that the terminal
 * has sent to every process already, and stopping has its own deadlines.
 */
function stopOnSignal(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  return controller;
}

/**
 * Aborts when npm is gone: it passes a signal on to the shell between us only, which ends without telling us. Not
 * outside npm, where a start in the background may well outlive the shell that began it.
 */
function stopWithParent(controller: AbortController): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) controller.abort();
  }, PARENT_CHECK_MS).unref();
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** The host to call, for a host to listen on. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
