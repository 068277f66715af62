import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const REGISTER = join(__dirname, '..', '..', 'support', 'register-typescript.cjs');

/** Requests to send over and over, each connection one at a time. */
export interface Load {
  /** Of several the connections take one each in turn. */
  url: string | string[];
  connections: number;
  seconds: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Paths to ask for in turn instead of the URL's. */
  paths?: string[];
  /** Whether a 2xx that tells of a rejected item is a refusal: a batch is answered with 207 whatever became of it. */
  noneRejected?: boolean;
  /** The processor that the load generator keeps to, where the system has `taskset`; default any. */
  processor?: number;
}

/** What came of a load. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** A system without `taskset` leaves the process where it likes. */
function pin(pid: number, processor: number): void {
  try {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(processor), String(pid)], {
      stdio: 'pipe',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * Has autocannon, in a process of its own, send a load.
 *
 * @param keepTo has that process run on the load's processor only
 * @throws Error when a request failed or was refused, or connections were not answered, for then the figures say nothing
 */
export async function sendLoad(load: Load, keepTo = pin): Promise<LoadResult> {
  const child = fork(join(__dirname, 'generator.ts'), { execArgv: ['--require', REGISTER] });
  try {
    if (load.processor !== undefined && child.pid !== undefined) keepTo(child.pid, load.processor);
  } catch (error) {
    // It would wait for ever to be told what to send.
    child.kill('SIGKILL');
    throw error;
  }
  child.send(load);
  const [outcome] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The load generator ended by itself.'))),
  ])) as [LoadResult & { answered: number; failed: number; refused: number }];
  const { answered, failed, refused, ...result } = outcome;
  if (answered < load.connections) {
    throw new Error(`On ${load.connections} connections to ${String(load.url)} came ${answered} answers.`);
  }
  if (failed + refused > 0) {
    throw new Error(
      `Of the requests to ${String(load.url)} ${failed} failed and ${refused} were refused: ` +
        'not answered with 2xx, or with an item that was rejected.',
    );
  }
  return result;
}
