import { ConfigurationError, parseConfiguration } from '../config/configuration';
import type { Configuration } from '../config/settings';
import { createLogger } from '../logging/logger';
import type { Logger } from '../logging/logger';
import { boundHeapGrowth } from './heap-growth';
import { startProblem } from './start-problem';
import { announceReady, sleep, untilStopSignal } from './process';

/** A process that serves. */
export interface RunningProcess {
  /** Where it listens, if it has a port. */
  url?: string;
  /** Milliseconds that stopping may take. */
  stopWithinMs: number;
  /** Ends the work in good order. */
  stop(): Promise<void>;
}

/**
 * The life of a long-running process: reads the configuration, starts, says that it is ready, waits for a signal to
 * stop, and stops within its deadline. A signal that comes before it is ready ends it at once, as nothing waits for what
 * it may have begun: to start takes half a minute while Postgres is away.
 *
 * @returns the exit code: 0 when it stopped in good order
 */
export async function runProcess(
  name: 'api' | 'worker',
  environment: Readonly<Record<string, string | undefined>>,
  start: (configuration: Configuration, logger: Logger) => Promise<RunningProcess>,
): Promise<number> {
  const stopSignal = untilStopSignal();
  boundHeapGrowth();
  let logger: Logger | undefined;
  let configuration: Configuration | undefined;
  try {
    configuration = parseConfiguration(environment);
    logger = createLogger(name, configuration);
    const starting = start(configuration, logger);
    const early = await Promise.race([starting.then(() => undefined), stopSignal]);
    if (early !== undefined) {
      logger.info({ signal: early }, `The ${name} stops before it was ready.`);
      return 0;
    }
    const running = await starting;
    logger.info({ url: running.url }, `The ${name} is ready.`);
    announceReady(running.url);
    const signal = await stopSignal;
    logger.info({ signal }, `The ${name} stops.`);
    const inTime = await Promise.race([
      running.stop().then(() => true),
      sleep(running.stopWithinMs).then(() => false),
    ]);
    if (!inTime) {
      const activeResources = process.getActiveResourcesInfo().join(' ');
      logger.error({ activeResources }, `The ${name} did not stop within ${running.stopWithinMs} ms.`);
    }
    return inTime ? 0 : 1;
  } catch (error) {
    if (error instanceof ConfigurationError) console.error(error.message);
    else if (logger !== undefined && configuration !== undefined)
      logger.fatal({ err: error }, startProblem(error, configuration) ?? `The ${name} failed.`);
    else console.error(error);
    return 1;
  }
}
