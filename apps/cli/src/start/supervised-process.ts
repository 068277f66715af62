import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { CommandError } from '../errors';
import { boundLog } from './bounded-log';

/** What to run and how. */
export interface SupervisedProcessOptions {
  name: string;
  /** The program's JavaScript file. */
  script: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Where both its outputs go. */
  logFile: string;
  /** Seconds it may take to stop before it is killed. */
  stopSeconds: number;
  /** Told of each unexpected end, in one line. */
  say: (line: string) => void;
}

const READY_SECONDS = 60;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;

/** A process that served this long had recovered: its next end waits the shortest delay again. */
const RECOVERED_MS = 60_000;

const LOG_CHECK_MS = 10_000;

/**
 * Keeps one program running.
 *
 *   new ──start──▶ starting ──ready──▶ running ──stop──▶ stopped
 *                     ▲                   │ ends by itself
 *                     └──── waiting ◀─────┘ (1 s, doubled with each end up to 30 s)
 *
 * It runs in a session of its own, so that Ctrl-C reaches it only through `stop`, in our order.
 */
export class SupervisedProcess {
  private child: ChildProcess | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private logTimer: NodeJS.Timeout | undefined;
  private delayMs = FIRST_DELAY_MS;
  private stopping = false;
  private logIsBounded = true;

  constructor(private readonly options: SupervisedProcessOptions) {}

  /**
   * Starts the program and resolves when it says that it serves.
   *
   * @throws CommandError with the end of its log when it ends before that, or says nothing for 60 s.
   */
  async start(): Promise<void> {
    const { name, logFile } = this.options;
    this.keepLogBounded();
    this.logTimer = setInterval(() => this.keepLogBounded(), LOG_CHECK_MS).unref();
    const child = this.spawn();
    const ready = await new Promise<boolean>((done) => {
      const timer = setTimeout(done, READY_SECONDS * 1000, false);
      child.once('exit', () => done(false));
      child.on('message', (message: { type?: string }) => {
        if (message.type === 'ready') done(true);
      });
      void timer.unref();
    });
    if (!ready && !this.stopping) {
      await this.stop();
      throw new CommandError(
        `The ${name} did not start. The end of ${shown(logFile)}:\n${await tail(logFile)}`,
      );
    }
    this.restartWhenItEnds(child);
  }

  /** Ends the program: politely, and after `stopSeconds` by force. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restartTimer);
    clearInterval(this.logTimer);
    const child = this.child;
    if (!child || hasEnded(child)) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), this.options.stopSeconds * 1000);
    await ended;
    clearTimeout(patience);
  }

  private spawn(): ChildProcess {
    const log = openSync(this.options.logFile, 'a');
    this.child = fork(this.options.script, {
      env: this.options.environment,
      execArgv: ['--require', require.resolve('./stop-with-parent')],
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeSync(log);
    return this.child;
  }

  /** Says once, until it works again, that it does not. */
  private keepLogBounded(): void {
    const { logFile, say } = this.options;
    try {
      boundLog(logFile);
      this.logIsBounded = true;
    } catch (error) {
      if (!this.logIsBounded) return;
      this.logIsBounded = false;
      const why = error instanceof Error ? error.message : String(error);
      say(`${shown(logFile)} has grown large and cannot be emptied (${why}): make room for a copy of it.`);
    }
  }

  private restartWhenItEnds(child: ChildProcess): void {
    const startedAt = Date.now();
    const restart = (): void => {
      if (this.stopping) return;
      if (Date.now() - startedAt > RECOVERED_MS) this.delayMs = FIRST_DELAY_MS;
      const { name, logFile, say } = this.options;
      const how = child.signalCode ? `by ${child.signalCode}` : `with code ${child.exitCode}`;
      say(`The ${name} ended ${how}; starting it again in ${this.delayMs / 1000} s (see ${shown(logFile)}).`);
      this.restartTimer = setTimeout(() => this.restartWhenItEnds(this.spawn()), this.delayMs);
      this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
    };
    if (hasEnded(child)) restart();
    else child.once('exit', restart);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function shown(file: string): string {
  return relative('', file);
}

async function tail(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
}
