import type { Configuration, Logger, RunningProcess } from '@sessions/runtime';
import { createWorker } from './create-worker';
import { DatabaseBreaker } from './persist/database-breaker';

/** Starts the worker; it stops by finishing the jobs it holds, which must not wait for a database that is away. */
export async function startWorker(configuration: Configuration, logger: Logger): Promise<RunningProcess> {
  const app = await createWorker(configuration, logger);
  await app.listen();
  logger.info({ roles: configuration.WORKER_ROLES }, 'The worker has taken its roles.');
  return {
    stopWithinMs: configuration.SHUTDOWN_SECONDS * 1000,
    stop: async () => {
      if (configuration.WORKER_ROLES.includes('persist')) app.get(DatabaseBreaker, { strict: false }).stop();
      await app.close();
    },
  };
}
