import { sleep, startProblem } from '@sessions/runtime';
import { CommandError } from '../errors';
import { tryPort } from './try-port';

const RETRY_MS = 200;

/**
 * The port to listen on: the wanted one, or a free one for 0.
 *
 * @param patienceMs how long to wait for a port that is taken, for processes that are about to end.
 * @throws CommandError when something else listens there, or the host or the port may not be used.
 */
export async function choosePort(host: string, wanted: number, patienceMs: number): Promise<number> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await tryPort(host, wanted);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const advice = 'choose another with, for example, PORT=3001 npm start';
      if (code === 'EACCES') throw new CommandError(`Port ${wanted} is not allowed to this user: ${advice}.`);
      if (code !== 'EADDRINUSE') {
        const problem = startProblem(error, { HOST: host, PORT: wanted });
        throw problem === null ? error : new CommandError(problem, { cause: error });
      }
      if (Date.now() >= deadline) {
        throw new CommandError(`Port ${wanted} is taken by another program: stop that, or ${advice}.`);
      }
      await sleep(RETRY_MS);
    }
  }
}
