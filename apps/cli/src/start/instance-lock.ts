import { sleep } from '@sessions/runtime';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandError } from '../errors';

/** Held while `start` runs in a folder. */
export interface InstanceLock {
  /** Whether the one before was killed rather than stopped. */
  readonly previousWasKilled: boolean;
  /** Lets the next one wait for the lock instead of giving up. */
  sayStopping(): void;
  release(): void;
}

type Answer = 'running' | 'stopping';

const RETRY_MS = 200;

/**
 * Makes sure that only one `start` works on a data folder. A listening socket rather than a file with a process id:
 * the kernel closes it with its process, so that it is never stale. Waits for one that is about to stop.
 *
 * @param stopping ends the wait
 * @throws CommandError when another one holds it.
 */
export async function lockInstance(socketFile: string, stopping: AbortSignal): Promise<InstanceLock> {
  // Relative, because the path of a socket may have about 100 characters only.
  const path = relative('', socketFile);
  for (;;) {
    const answer = await ask(path);
    if (answer === undefined) break;
    if (answer === 'running') {
      throw new CommandError(
        'It is running already in this folder: use that one, or stop it with Ctrl-C in its terminal.',
      );
    }
    await sleep(RETRY_MS, stopping);
    stopping.throwIfAborted();
  }
  const previousWasKilled = existsSync(path);
  rmSync(path, { force: true });
  let state: Answer = 'running';
  // Who asks may be gone before the answer: its loss ends nothing but the connection.
  const server = createServer((connection) => connection.on('error', () => undefined).end(state));
  server.listen(path);
  await once(server, 'listening');
  return { previousWasKilled, sayStopping: () => (state = 'stopping'), release: () => server.close() };
}

/** What the holder of the lock says of itself; undefined when there is none. */
async function ask(path: string): Promise<Answer | undefined> {
  const connection = createConnection(path);
  try {
    await once(connection, 'connect');
    return (await text(connection)) === 'stopping' ? 'stopping' : 'running';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    // The holder ended while it was answering.
    if (code === 'ECONNRESET' || code === 'EPIPE') return 'stopping';
    throw error;
  } finally {
    connection.destroy();
  }
}
