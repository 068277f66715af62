import {
  announceReady,
  ConfigurationError,
  createLogger,
  parseConfiguration,
  untilStopSignal,
} from '@sessions/runtime';
import { createApi } from './create-api';
import { Draining } from './lifecycle/draining';

async function main(): Promise<void> {
  const configuration = parseConfiguration(process.env);
  const logger = createLogger('api', configuration);
  const app = await createApi(configuration, logger);
  await app.listen(configuration.PORT, configuration.HOST);
  const url = await app.getUrl();
  logger.info({ url }, 'The API listens.');
  announceReady(url);
  const signal = await untilStopSignal();
  logger.info({ signal }, 'The API stops.');
  setTimeout(
    () => {
      logger.error(`The API did not stop within ${configuration.SHUTDOWN_SECONDS} seconds.`);
      process.exit(1);
    },
    (configuration.SHUTDOWN_DRAIN_SECONDS + configuration.SHUTDOWN_SECONDS) * 1000,
  ).unref();
  await app.get(Draining).begin(configuration.SHUTDOWN_DRAIN_SECONDS);
  await app.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const reason = error instanceof ConfigurationError ? error.message : error;
  console.error('The API could not start:', reason);
  process.exit(1);
});
