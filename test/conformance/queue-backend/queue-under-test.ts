import { randomBytes } from 'node:crypto';
import { AcceptedSessions, chooseQueueBackend, QueueClient, QueueServer } from '@sessions/queue';
import type { Pattern, QueueBackend, QueueContext, ServedPatterns } from '@sessions/queue';
import { createDataSource, createLogger, databaseOf, parseConfiguration } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { lastValueFrom } from 'rxjs';
import { backends, createDatabase } from '../../support/backends';
import type { QueueBackend as BackendName, TestDatabase } from '../../support/backends';
import { dropQueue } from '../../support/clean-up';

/** A handler of jobs. */
export type Handler = (data: unknown, context: QueueContext) => Promise<unknown>;

/** One process's connection to the queue. */
export interface QueueProcess {
  /** Of the database beside the queue, which on Postgres holds it. */
  url: string;
  backend: QueueBackend;
  client: QueueClient;
  sessions: AcceptedSessions;
  /** Emits an event and waits until the queue has it. */
  emit(pattern: Pattern, data: unknown): Promise<void>;
  /** Serves patterns with handlers, from when it resolves until closed. */
  serve(
    handlers: Partial<Record<Pattern, Handler>>,
    settings?: { concurrency?: number; closeWithinMs?: number },
  ): Promise<QueueServer>;
  close(): Promise<void>;
}

/** A queue of a test's own, which several processes may use. */
export interface QueueUnderTest {
  join(): Promise<QueueProcess>;
  close(): Promise<void>;
}

/** Makes a queue with a name of its own on the backend. */
export async function makeQueue(name: BackendName): Promise<QueueUnderTest> {
  const own = await createDatabase();
  // As long as a name may be: Postgres cuts what is made of it.
  const namespace = `test-${randomBytes(6).toString('hex')}`.padEnd(50, '-');
  const redisUrl = name === 'redis' ? backends().redis?.url : undefined;
  const processes: QueueProcess[] = [];
  return {
    join: async () => {
      const joined = await join(own, namespace, redisUrl);
      processes.push(joined);
      return joined;
    },
    close: async () => {
      await Promise.all(processes.map((one) => one.close()));
      if (redisUrl !== undefined) await dropQueue(redisUrl, namespace);
      await own.drop();
    },
  };
}

async function join(
  { url }: Pick<TestDatabase, 'url'>,
  namespace: string,
  redisUrl: string | undefined,
): Promise<QueueProcess> {
  const configuration = parseConfiguration({
    DATABASE_URL: url,
    QUEUE_NAME: namespace,
    LOG_LEVEL: 'silent',
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  });
  const dataSource = createDataSource(url, { poolSize: 5 });
  await dataSource.initialize();
  const logger = createLogger('worker', configuration);
  const backend = chooseQueueBackend(configuration, databaseOf(dataSource), logger);
  const client = new QueueClient(backend);
  await client.connect();
  const servers: QueueServer[] = [];
  return {
    url,
    backend,
    client,
    sessions: new AcceptedSessions(backend, client),
    emit: async (pattern, data) => {
      await lastValueFrom(client.emit<undefined>(pattern, data), { defaultValue: undefined });
    },
    serve: async (handlers, settings) => {
      const server = newServer(backend, logger, handlers, settings);
      servers.push(server);
      await listen(server);
      return server;
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      await client.close();
      await backend.close();
      await dataSource.destroy();
    },
  };
}

function newServer(
  backend: QueueBackend,
  logger: Logger,
  handlers: Partial<Record<Pattern, Handler>>,
  { concurrency = 4, closeWithinMs = 10_000 }: { concurrency?: number; closeWithinMs?: number } = {},
): QueueServer {
  const patterns = Object.fromEntries(
    Object.keys(handlers).map((pattern) => [pattern, { concurrency }]),
  ) as ServedPatterns;
  const server = new QueueServer(backend, patterns, closeWithinMs, logger);
  for (const [pattern, handler] of Object.entries(handlers)) server.addHandler(pattern, handler, true);
  return server;
}

/** Resolves once the server serves; rejects with what keeps it from that. */
export function listen(server: QueueServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.listen((error) => {
      // Not told by its class: Node's own errors are no instances of what a test calls Error.
      const failure = error as Error | undefined;
      if (failure === undefined) resolve();
      else reject(failure);
    });
  });
}
