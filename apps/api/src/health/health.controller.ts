import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Public } from '@sessions/access';
import { QUEUE_BACKEND } from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import { Database, LOGGER, within } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { SEARCH_ENGINE } from '@sessions/search';
import type { SearchEngine } from '@sessions/search';
import type { FastifyReply } from 'fastify';
import { Draining } from '../lifecycle/draining';

/** Milliseconds after which a part that does not answer counts as away. */
const CHECK_WITHIN_MS = 2000;

/** Shorter for the search engine, which decides nothing: probes that wait a second would take every API for not ready. */
const CHECK_SEARCH_WITHIN_MS = 500;

/** What to do about an API that is not ready. */
const NOT_READY = {
  'not ready': 'The database or the queue does not serve right now; try again in a moment.',
  stopping: 'This process of the API is about to end; try another one.',
} as const;

/** What is known of a part: that it serves, or a sentence for operators. */
interface PartHealth {
  status: 'up' | 'down';
  engine: string;
  error?: string;
}

/**
 * Whether the API can take sessions and serve them, and each part that it uses. Without the search engine it can, but
 * for searches: if that made it not ready, a load balancer would take every API away.
 */
export interface Readiness {
  status: 'ready' | 'not ready' | 'stopping';
  /** What to do, unless it is ready. */
  error?: string;
  database: PartHealth;
  queue: PartHealth;
  search: PartHealth;
}

/** `GET /api/healthz` and `GET /api/readyz`, for load balancers and operators. */
@Public()
@Controller('api')
export class HealthController {
  /** Checks that are under way, which all that ask meanwhile share, since anybody may ask as often as they like. */
  private checking: Promise<[PartHealth, PartHealth, PartHealth]> | undefined;

  constructor(
    private readonly database: Database,
    @Inject(QUEUE_BACKEND) private readonly queue: QueueBackend,
    @Inject(SEARCH_ENGINE) private readonly search: SearchEngine,
    private readonly draining: Draining,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Says that the process is alive. */
  @Get('healthz')
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when database and queue serve and the process is not stopping, else 503. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [database, queue, search] = await (this.checking ??= this.checkParts());
    const up = [database, queue].every(({ status }) => status === 'up');
    const status = this.draining.isDraining ? 'stopping' : up ? 'ready' : 'not ready';
    if (status === 'ready') return { status, database, queue, search };
    void reply.code(503).header('Retry-After', '1');
    return { status, error: NOT_READY[status], database, queue, search };
  }

  private async checkParts(): Promise<[PartHealth, PartHealth, PartHealth]> {
    try {
      return await Promise.all([
        this.healthOf('postgres', async () => void (await this.database.query('SELECT 1'))),
        this.healthOf(this.queue.name, () => this.queue.check()),
        this.healthOf(this.search.name, () => this.search.check(), CHECK_SEARCH_WITHIN_MS),
      ]);
    } finally {
      this.checking = undefined;
    }
  }

  /** The reason goes to the log only: it may name hosts, and this route has no key. */
  private async healthOf(
    engine: string,
    check: () => Promise<void>,
    withinMs = CHECK_WITHIN_MS,
  ): Promise<PartHealth> {
    try {
      await within(withinMs, check(), `no answer within ${withinMs} ms`);
      return { status: 'up', engine };
    } catch (err) {
      this.logger.warn({ err, engine }, 'A part that the API uses does not serve.');
      return { status: 'down', engine, error: 'It does not serve right now; the log of the API says why.' };
    }
  }
}
