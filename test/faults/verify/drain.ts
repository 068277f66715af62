import { chooseQueueBackend, QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import { createDataSource, createLogger, databaseOf, parseConfiguration, sleep } from '@sessions/runtime';
import { withClient } from './snapshot';

/** How long the product may take to work off everything. */
const DRAIN_MS = 90_000;

/**
 * Waits until nothing waits in the queue and in the outbox, and then for a quiet while.
 *
 * @param environment the settings of the product's processes
 * @param projectId the UUID of the project whose sessions must not become more in the quiet while
 * @param quietMs how long that is
 * @throws Error when something still waits after 90 s, or comes late
 */
export async function drain(
  environment: Record<string, string>,
  projectId: string,
  quietMs: number,
): Promise<void> {
  await untilEmpty(environment);
  const before = await countSessions(environment, projectId);
  await sleep(quietMs);
  const after = await countSessions(environment, projectId);
  if (after !== before) throw new Error(`${after - before} sessions came after the queue was empty.`);
  await untilEmpty(environment);
}

async function untilEmpty(environment: Record<string, string>): Promise<void> {
  const configuration = parseConfiguration(environment);
  const dataSource = createDataSource(configuration.DATABASE_URL, { poolSize: 2 });
  await dataSource.initialize();
  const logger = createLogger('api', { ...configuration, LOG_LEVEL: 'silent' });
  const backend = chooseQueueBackend(configuration, databaseOf(dataSource), logger);
  const queue = new QueueClient(backend);
  try {
    await queue.connect(SESSIONS_ACCEPTED);
    const deadline = Date.now() + DRAIN_MS;
    for (;;) {
      const jobs = await queue.backlog(SESSIONS_ACCEPTED);
      const [row] = await dataSource.query<{ rows: string }[]>('SELECT count(*) AS rows FROM search_outbox');
      const outbox = Number(row?.rows);
      if (jobs === 0 && outbox === 0) return;
      if (Date.now() > deadline)
        throw new Error(`After ${DRAIN_MS / 1000} s ${jobs} jobs and ${outbox} outbox rows still wait.`);
      await sleep(100);
    }
  } finally {
    await queue.close();
    await backend.close();
    await dataSource.destroy();
  }
}

async function countSessions(environment: Record<string, string>, projectId: string): Promise<number> {
  return withClient(environment.DATABASE_URL ?? '', async (client) => {
    const { rows } = await client.query<{ sessions: string }>(
      'SELECT count(*) AS sessions FROM sessions WHERE project_id = $1',
      [projectId],
    );
    return Number(rows[0]?.sessions);
  });
}
