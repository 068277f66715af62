import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inherited } from '../../support/product-process';
import { endWithRun, forgetProcess } from '../../support/run-folder';

const REGISTER = join(__dirname, '..', '..', 'support', 'register-typescript.cjs');

/** A program that shows what the engines can do at all, running. */
export interface LimitProcess {
  readonly pid: number;
  /** Where it listens. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a program of this folder and waits until it says where it listens.
 *
 * @param program name of the file, without `.ts`
 * @throws Error when it ends first; what it wrote is on standard error
 */
export async function startLimit(
  program: string,
  environment: Record<string, string>,
): Promise<LimitProcess> {
  const child = fork(join(__dirname, `${program}.ts`), {
    execArgv: ['--require', REGISTER],
    env: { ...inherited(), ...environment },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The limit ${program} could not be started.`);
  await endWithRun(pid);
  const ended = once(child, 'exit').then(() => forgetProcess(pid));
  const url = await Promise.race([
    once(child, 'message').then(([message]) => (message as { url: string }).url),
    ended.then(() => Promise.reject(new Error(`The limit ${program} ended before it listened.`))),
  ]);
  return {
    pid,
    url,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
