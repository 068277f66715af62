import type { Configuration, Logger, RunningProcess } from '@sessions/runtime';
import { createApi } from './create-api';
import { Draining } from './lifecycle/draining';

/** Starts the API; it stops by serving on while clients notice, and then closing what it opened. */
export async function startApi(configuration: Configuration, logger: Logger): Promise<RunningProcess> {
  const app = await createApi(configuration, logger);
  await app.listen(configuration.PORT, configuration.HOST);
  const { SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_SECONDS } = configuration;
  return {
    url: await app.getUrl(),
    stopWithinMs: (SHUTDOWN_DRAIN_SECONDS + SHUTDOWN_SECONDS) * 1000,
    stop: async () => {
      await app.get(Draining).begin(SHUTDOWN_DRAIN_SECONDS);
      await app.close();
    },
  };
}
