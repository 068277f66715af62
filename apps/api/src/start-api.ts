import type { Configuration, Logger, RunningProcess } from '@sessions/runtime';
import { createApi } from './create-api';
import { Draining } from './lifecycle/draining';
import { OpenConnections } from './lifecycle/open-connections';

/** How much of the time to stop requests may take to end; the rest is for closing the queue and the database. */
const REQUESTS_SHARE = 0.8;

/** Starts the API; it stops by serving on while clients notice, and then closing what it opened. */
export async function startApi(configuration: Configuration, logger: Logger): Promise<RunningProcess> {
  const app = await createApi(configuration, logger);
  const connections = new OpenConnections(app.getHttpServer(), logger);
  await app.listen(configuration.PORT, configuration.HOST);
  const { SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_SECONDS } = configuration;
  return {
    url: await app.getUrl(),
    stopWithinMs: (SHUTDOWN_DRAIN_SECONDS + SHUTDOWN_SECONDS) * 1000,
    stop: async () => {
      await app.get(Draining).begin(SHUTDOWN_DRAIN_SECONDS);
      const closed = new AbortController();
      const closing = app.close().finally(() => closed.abort());
      await Promise.all([
        closing,
        connections.closeWithin(SHUTDOWN_SECONDS * 1000 * REQUESTS_SHARE, closed.signal),
      ]);
    },
  };
}
