import {
  announceReady,
  ConfigurationError,
  createLogger,
  parseConfiguration,
  untilStopSignal,
} from '@sessions/runtime';
import { createWorker } from './create-worker';
import { DatabaseBreaker } from './persist/database-breaker';

async function main(): Promise<void> {
  const configuration = parseConfiguration(process.env);
  const logger = createLogger('worker', configuration);
  const app = await createWorker(configuration, logger);
  await app.listen();
  logger.info({ roles: configuration.WORKER_ROLES }, 'The worker works.');
  announceReady();
  const signal = await untilStopSignal();
  logger.info({ signal }, 'The worker stops.');
  setTimeout(() => {
    logger.error(`The worker did not stop within ${configuration.SHUTDOWN_SECONDS} seconds.`);
    process.exit(1);
  }, configuration.SHUTDOWN_SECONDS * 1000).unref();
  if (configuration.WORKER_ROLES.includes('persist')) app.get(DatabaseBreaker, { strict: false }).stop();
  await app.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const reason = error instanceof ConfigurationError ? error.message : error;
  console.error('The worker could not start:', reason);
  process.exit(1);
});
