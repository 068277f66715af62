import { newUuid } from '@sessions/contract';
import type { AcceptedSession, CreateSessionDto } from '@sessions/contract';
import {
  AcceptedSessions,
  chooseQueueBackend,
  QueueClient,
  sessionIdIn,
  SESSIONS_ACCEPTED,
} from '@sessions/queue';
import { createDataSource, createLogger, databaseOf, parseConfiguration } from '@sessions/runtime';
import type { Database } from '@sessions/runtime';
import { acceptSession } from '../../../apps/api/src/sessions/create/accept-session';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { BenchContext } from '../context';
import { EXAMPLE } from '../load/requests';
import { until } from '../support/until';

/** Jobs that are put in at once. */
const LANES = 8;

/** Shortest and longest pause between two counts of what is left. */
const POLL_MS = { shortest: 20, longest: 500 };

const COUNT = `SELECT (SELECT count(*)::int FROM sessions) AS stored,
    (SELECT count(*)::int FROM dead_letters) AS dead`;

/** So many of the documented example, as the API accepts them. */
export function acceptedExamples(projectId: string, count: number): AcceptedSession[] {
  const body = JSON.parse(EXAMPLE) as CreateSessionDto;
  return Array.from({ length: count }, () => acceptSession(projectId, body, newUuid(), Date.now() * 1000));
}

/** The queue of a product, filled with a backlog by the product's own means while workers may take nothing. */
export class Backlog {
  private constructor(
    private readonly client: QueueClient,
    private readonly queued: AcceptedSessions,
    /** The product's database. */
    readonly database: Database,
    /** Lets workers take jobs, or keeps them from it. */
    readonly gate: { pause(): Promise<void>; resume(): Promise<void> },
  ) {}

  /** @param settings that the product was started with */
  static async open(
    context: BenchContext,
    product: Product,
    settings: Record<string, string>,
  ): Promise<Backlog> {
    const redis = context.backend === 'redis' ? { REDIS_URL: backends().redis?.url ?? '' } : {};
    const configuration = parseConfiguration({ DATABASE_URL: product.databaseUrl, ...settings, ...redis });
    const dataSource = createDataSource(configuration.DATABASE_URL);
    await dataSource.initialize();
    context.atEnd(() => dataSource.destroy());
    const database = databaseOf(dataSource);
    const backend = chooseQueueBackend(configuration, database, createLogger('cli', { LOG_LEVEL: 'warn' }));
    const client = new QueueClient(backend);
    await client.connect(SESSIONS_ACCEPTED);
    const gate = backend.queue(SESSIONS_ACCEPTED);
    context.atEnd(async () => {
      await Promise.all([client.close(), gate.close()]);
      await backend.close();
    });
    return new Backlog(client, new AcceptedSessions(backend, client), database, gate);
  }

  /** Queues sessions in jobs of a size, named after them, as the API names those without an id of their own. */
  async fill(sessions: readonly AcceptedSession[], jobSize: number): Promise<void> {
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < sessions.length) {
        const jobId = this.queued.newJobId();
        const job = sessions
          .slice(next, (next += jobSize))
          .map((session, place) => ({ ...session, id: sessionIdIn(jobId, place) }));
        await this.queued.note(jobId, job);
        await this.queued.put(jobId, job);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /**
   * Resolves once no job is left. The next look comes the later the more are left, a millisecond a job, which is less
   * than one takes: counting 4,000 jobs every 20 ms took Postgres 5 to 10 µs a session, which COPY was spared.
   */
  async empty(): Promise<void> {
    await until(async () => {
      const left = await this.client.backlog(SESSIONS_ACCEPTED);
      await new Promise((done) => setTimeout(done, Math.min(POLL_MS.longest, left)));
      return left === 0;
    }, POLL_MS.shortest);
  }

  /**
   * Counts the rows, which is for when nothing is measured. A queue is empty as well when its jobs came to nothing.
   *
   * @throws Error unless just so many sessions are stored, and none is a dead letter
   */
  async checkStored(sessions: number): Promise<void> {
    const { rows } = await this.database.query<{ stored: number; dead: number }>(COUNT);
    const { stored, dead } = rows[0] ?? { stored: 0, dead: 0 };
    if (stored !== sessions || dead > 0) {
      throw new Error(`Of ${sessions} sessions ${stored} are stored, and there are ${dead} dead letters.`);
    }
  }
}
