import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const REGISTER = join(__dirname, '..', '..', 'support', 'register-typescript.cjs');

/** Requests to send over and over, each connection one at a time. */
export interface Load {
  url: string;
  connections: number;
  seconds: number;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Paths to ask for in turn instead of the URL's. */
  paths?: string[];
}

/** What came of a load. */
export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/**
 * Has autocannon, in a process of its own, send a load.
 *
 * @throws Error when a request failed or was not answered with 2xx, for then the figures say nothing
 */
export async function sendLoad(load: Load): Promise<LoadResult> {
  const child = fork(join(__dirname, 'generator.ts'), { execArgv: ['--require', REGISTER] });
  child.send(load);
  const [outcome] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('The load generator ended by itself.'))),
  ])) as [LoadResult & { failed: number; refused: number }];
  const { failed, refused, ...result } = outcome;
  if (failed + refused > 0) {
    throw new Error(
      `Of the requests to ${load.url} ${failed} failed and ${refused} were not answered with 2xx.`,
    );
  }
  return result;
}
