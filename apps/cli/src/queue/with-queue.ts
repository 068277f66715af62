import { AcceptedSessions, chooseQueueBackend, QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import { createLogger, SettingError, sleep, within } from '@sessions/runtime';
import type { Configuration, Database } from '@sessions/runtime';
import { messageOf } from '../command';
import { CommandError } from '../errors';

/** Milliseconds within which the queue must be open. */
const OPEN_WITHIN_MS = 5000;

/** Milliseconds between two looks at a queue that is full. */
const LOOK_EVERY_MS = 500;

/** How full the queue is, and who empties it. */
export interface QueueStatus {
  backend: QueueBackend['name'];
  /** Jobs that wait or are under way. */
  jobs: number;
  /** Share of the memory of Redis that is used, from 0 to 1; null where it has no bound. */
  memory: number | null;
  /** Workers of the role persist, in all processes; null where Redis does not list its clients. */
  workers: number | null;
}

/** A queue that is open. */
export interface OpenQueue {
  sessions: AcceptedSessions;
  status(): Promise<QueueStatus>;
  /** Rejects with `CommandError` when no worker would take what is put into the queue. */
  assertServed(): Promise<void>;
  /** Resolves once fewer jobs wait than the API itself would take; says on standard error that it waits. */
  untilRoom(): Promise<void>;
}

/**
 * Opens the configured queue, does the work, and closes the queue however the work ends. Lost connections are not
 * logged, since the command itself says in a sentence what failed.
 *
 * @throws CommandError when the queue cannot be opened
 */
export async function withQueue<Result>(
  configuration: Configuration,
  database: Database,
  work: (queue: OpenQueue) => Promise<Result>,
): Promise<Result> {
  const logger = createLogger('cli', { LOG_LEVEL: 'silent' });
  const backend = chooseQueueBackend(configuration, database, logger);
  const client = new QueueClient(backend);
  try {
    await open(client, backend);
    return await work({
      sessions: new AcceptedSessions(backend, client),
      status: () => statusOf(client, backend),
      assertServed: () => assertServed(backend, configuration.QUEUE_NAME),
      untilRoom: () => untilRoom(client, configuration.INGEST_MAX_BACKLOG),
    });
  } finally {
    await Promise.all([backend.close(), client.close()]);
  }
}

async function statusOf(client: QueueClient, backend: QueueBackend): Promise<QueueStatus> {
  const [jobs, memory, workers] = await Promise.all([
    client.backlog(SESSIONS_ACCEPTED),
    backend.memoryUse(),
    backend.workers(SESSIONS_ACCEPTED),
  ]);
  return { backend: backend.name, jobs, memory: memory === 0 ? null : memory, workers: workers ?? null };
}

/** A queue that is not the product's takes jobs as well, and nobody would ever find them there. */
async function assertServed(backend: QueueBackend, name: string): Promise<void> {
  if ((await backend.workers(SESSIONS_ACCEPTED)) !== 0) return;
  throw new CommandError(
    `Nothing was replayed, since no worker of the role persist serves the queue ${name} in ${titleOf(backend)}: ` +
      'start one, or set REDIS_URL and QUEUE_NAME as the running product has them.',
  );
}

async function untilRoom(client: QueueClient, most: number): Promise<void> {
  for (let waited = false; (await client.backlog(SESSIONS_ACCEPTED)) >= most; waited = true) {
    if (!waited) process.stderr.write('The queue is full; the replay goes on once workers have made room.\n');
    await sleep(LOOK_EVERY_MS);
  }
}

async function open(client: QueueClient, backend: QueueBackend): Promise<void> {
  try {
    await within(OPEN_WITHIN_MS, client.connect(SESSIONS_ACCEPTED), `no answer within ${OPEN_WITHIN_MS} ms`);
  } catch (cause) {
    if (cause instanceof SettingError) throw new CommandError(cause.message, { cause });
    const setting = backend.name === 'redis' ? 'REDIS_URL' : 'DATABASE_URL';
    throw new CommandError(
      `The queue in ${titleOf(backend)} cannot be reached (${messageOf(cause)}): start it, or correct ${setting}.`,
      { cause },
    );
  }
}

/** What people call the server of a queue. */
export function titleOf({ name }: Pick<QueueBackend, 'name'>): string {
  return name === 'redis' ? 'Redis' : 'Postgres';
}
