import { AcceptedSessions, chooseQueueBackend, QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import { createLogger, SettingError, sleep } from '@sessions/runtime';
import type { Configuration, Database } from '@sessions/runtime';
import { CommandError } from '../command';

/** Milliseconds within which the queue must be open. */
const OPEN_WITHIN_MS = 5000;

/** Milliseconds between two looks at a queue that is full. */
const LOOK_EVERY_MS = 500;

/** A queue that is open. */
export interface OpenQueue {
  sessions: AcceptedSessions;
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
      assertServed: () => assertServed(backend, configuration.QUEUE_NAME),
      untilRoom: () => untilRoom(client, configuration.INGEST_MAX_BACKLOG),
    });
  } finally {
    await Promise.all([backend.close(), client.close()]);
  }
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
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${OPEN_WITHIN_MS} ms`)), OPEN_WITHIN_MS);
  });
  try {
    await Promise.race([client.connect(SESSIONS_ACCEPTED), tooLate]);
  } catch (cause) {
    if (cause instanceof SettingError) throw new CommandError(cause.message, { cause });
    const setting = backend.name === 'redis' ? 'REDIS_URL' : 'DATABASE_URL';
    throw new CommandError(
      `The queue in ${titleOf(backend)} cannot be reached (${messageOf(cause)}): start it, or correct ${setting}.`,
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

function titleOf({ name }: QueueBackend): string {
  return name === 'redis' ? 'Redis' : 'Postgres';
}

/** What an error says; errors of the network may say it by their code alone. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ('code' in error ? String(error.code) : error.name);
}
