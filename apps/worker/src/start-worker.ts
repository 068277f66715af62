import type { Configuration, Logger, RunningProcess } from '@sessions/runtime';
import { OutboxIndexer } from '@sessions/search';
import { createWorker } from './create-worker';
import { DatabaseBreaker } from './persist/database-breaker';

/**
 * Starts the worker; it stops by finishing the jobs and the batches that it holds. Jobs must not wait for a database that
 * is away, nor the index for jobs: its engine may need all the time that there is.
 */
export async function startWorker(configuration: Configuration, logger: Logger): Promise<RunningProcess> {
  const app = await createWorker(configuration, logger);
  await app.listen();
  logger.info({ roles: configuration.WORKER_ROLES }, 'The worker has taken its roles.');
  return {
    stopWithinMs: configuration.SHUTDOWN_SECONDS * 1000,
    stop: async () => {
      const { WORKER_ROLES, SHUTDOWN_SECONDS } = configuration;
      if (WORKER_ROLES.includes('persist')) app.get(DatabaseBreaker, { strict: false }).stop();
      // `app.close()` waits for it after the jobs.
      if (WORKER_ROLES.includes('index'))
        void app.get(OutboxIndexer, { strict: false }).stop(SHUTDOWN_SECONDS * 500);
      await app.close();
    },
  };
}
