import { createConnection, createServer } from 'node:net';
import { existsSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { relative } from 'node:path';
import { CommandError } from '../command';

/** Held while `start` runs in a folder. */
export interface InstanceLock {
  /** Whether the one before was killed rather than stopped. */
  readonly previousWasKilled: boolean;
  release(): void;
}

/**
 * Makes sure that only one `start` works on a data folder. A listening socket rather than a file with a process id:
 * the kernel closes it with its process, so that it is never stale.
 *
 * @throws CommandError when another one holds it.
 */
export async function lockInstance(socketFile: string): Promise<InstanceLock> {
  // Relative, because the path of a socket may have about 100 characters only.
  const path = relative('', socketFile);
  if (await answers(path)) {
    throw new CommandError(
      'It is running already in this folder: use that one, or stop it with Ctrl-C in its terminal.',
    );
  }
  const previousWasKilled = existsSync(path);
  rmSync(path, { force: true });
  const server = createServer((connection) => connection.end());
  server.listen(path);
  await once(server, 'listening');
  return { previousWasKilled, release: () => server.close() };
}

async function answers(path: string): Promise<boolean> {
  const connection = createConnection(path);
  try {
    await once(connection, 'connect');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    connection.destroy();
  }
}
