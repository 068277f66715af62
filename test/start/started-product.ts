import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../../apps/cli/src/start/embedded-postgres';
import { ROOT } from '../support/build';
import { eventually } from '../support/eventually';
import { endWithRun, forgetProcess, runFolder } from '../support/run-folder';

/** A `npm start` that a test runs. */
export interface StartedProduct {
  pid: number;
  /** What it printed so far. */
  output(): string;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL for itself, its children and the embedded Postgres. */
  killAll(): Promise<void>;
}

/** Copies what `npm start` needs of the built product into a folder that only its owner may enter. */
export async function copyProduct(): Promise<string> {
  const folder = await mkdtemp(join(runFolder(), 'start-'));
  for (const part of ['dist', 'scripts', 'package.json', 'package-lock.json']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs `npm start`, or another command, in that folder without a terminal, and returns at once. */
export async function start(
  folder: string,
  environment: Record<string, string>,
  [program, ...args]: readonly [string, ...string[]] = [process.execPath, 'scripts/start.mjs'],
): Promise<StartedProduct> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += String(chunk);
    });
  }
  const pid = child.pid ?? 0;
  await endWithRun(pid, 'SIGTERM');
  const ended = new Promise<number | null>((done) => child.once('close', done));
  void ended.then(() => forgetProcess(pid));
  return {
    pid,
    output: () => output,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    killAll: async () => {
      const all = [pid, ...childrenOf(pid), await postmaster(folder)];
      for (const one of all) process.kill(one, 'SIGKILL');
      await eventually(() => !all.some(isAlive));
    },
  };
}

/** Waits until it has printed that it serves; rejects with its output when it ends first. */
export async function untilServing(started: StartedProduct): Promise<void> {
  const early = started.ended.then((code) => {
    throw new Error(`npm start ended with code ${code}:\n${started.output()}`);
  });
  const serving = eventually(() => started.output().includes('is ready'), {
    timeoutMs: 60_000,
  });
  await Promise.race([serving, early]);
}

/** Ids of the processes whose parent is `pid`. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => statOf(candidate)?.parent === pid);
}

/** The command line of a process. */
export function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

async function postmaster(folder: string): Promise<number> {
  return Number((await readFile(join(folder, '.data/postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
}

function statOf(pid: number): { parent: number } | undefined {
  try {
    return { parent: Number(/^PPid:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) };
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
