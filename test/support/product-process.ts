import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { settings } from '@sessions/runtime';
import { ROOT } from './build';
import { endWithRun, forgetProcess } from './run-folder';

/** The long-running programs of the product. */
export type Role = 'api' | 'worker';

/** One process of the built product. */
export interface ProductProcess {
  readonly role: Role;
  readonly pid: number;
  /** Where it listens; empty for a worker. */
  readonly url: string;
  /** The end of what it wrote to its two outputs. */
  output(): string;
  /**
   * Sends a signal and resolves with the exit code once the process has ended (null when the signal ended it).
   *
   * @param patienceMs after which it is killed; default 40 s
   * @throws Error with its output when it had to be killed: a shutdown that hangs is none
   */
  end(signal?: NodeJS.Signals, patienceMs?: number): Promise<number | null>;
  /** Resolves with what the process wrote if it ends though nobody called `end`. */
  readonly died: Promise<string>;
}

const READY_MS = 30_000;
const STOP_MS = 40_000;
const KEPT_OUTPUT = 64 * 1024;

/**
 * Starts a program of the built product and waits until it says that it serves.
 *
 * @param place the folder of the built product and the program in it, if not this repository's.
 * @throws Error with its output when it ends first or does not become ready in 30 s.
 */
export async function startProcess(
  role: Role,
  environment: Record<string, string>,
  { folder = ROOT, script = `dist/apps/${role}/src/main.js` }: { folder?: string; script?: string } = {},
): Promise<ProductProcess> {
  const child = fork(join(folder, script), {
    cwd: folder,
    env: { ...inherited(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = collectOutput(child);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`The ${role} could not be started.`);
  await endWithRun(pid);
  const ended = new Promise<number | null>((done) => child.once('close', done));
  void ended.then(() => forgetProcess(pid));
  let wanted = false;
  let url: string;
  try {
    url = await untilReady(child, ended);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`The ${role} ${(error as Error).message}. It wrote:\n${output()}`, { cause: error });
  }
  return {
    role,
    pid,
    url,
    output,
    end: async (signal = 'SIGTERM', patienceMs = STOP_MS) => {
      wanted = true;
      child.kill(signal);
      let hung = false;
      const patience = setTimeout(() => {
        hung = child.kill('SIGKILL');
      }, patienceMs);
      const code = await ended;
      clearTimeout(patience);
      if (hung) {
        const sentence = `The ${role} did not stop within ${patienceMs / 1000} s of ${signal} and was killed.`;
        throw new Error(`${sentence} It wrote:\n${output()}`);
      }
      return code;
    },
    died: new Promise((done) => {
      void ended.then((code) => {
        if (!wanted) done(`The ${role} ended by itself with code ${code}. It wrote:\n${output()}`);
      });
    }),
  };
}

/** What this process inherited, without settings of the product, which a test chooses itself. */
export function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in settings)));
}

function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text = (text + String(chunk)).slice(-KEPT_OUTPUT);
    });
  }
  return () => text;
}

function untilReady(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`was not ready after ${READY_MS / 1000} s`)), READY_MS);
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type !== 'ready') return;
      clearTimeout(timer);
      done(message.url ?? '');
    });
    void ended.then((code) => {
      clearTimeout(timer);
      fail(new Error(`ended with code ${code} before it was ready`));
    });
  });
}
