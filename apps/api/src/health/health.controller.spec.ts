import type { QueueBackend } from '@sessions/queue';
import type { Database, Logger } from '@sessions/runtime';
import type { SearchEngine } from '@sessions/search';
import type { FastifyReply } from 'fastify';
import { Draining } from '../lifecycle/draining';
import { HealthController } from './health.controller';

function setUp() {
  const database = { query: jest.fn<Promise<unknown>, []>(() => Promise.resolve({ rows: [] })) };
  const queue = { name: 'redis', check: jest.fn(() => Promise.resolve()) };
  const search = { name: 'meilisearch', check: jest.fn(() => Promise.resolve()) };
  const draining = new Draining();
  const logger = { warn: jest.fn() };
  const controller = new HealthController(
    database as unknown as Database,
    queue as unknown as QueueBackend,
    search as unknown as SearchEngine,
    draining,
    logger as unknown as Logger,
  );
  const reply = { code: jest.fn(), header: jest.fn() };
  reply.code.mockReturnValue(reply);
  const ready = async () => {
    const readiness = await controller.ready(reply as unknown as FastifyReply);
    return { readiness, codes: reply.code.mock.calls.flat() as unknown[] };
  };
  return { controller, database, queue, search, draining, logger, ready };
}

describe('HealthController', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is alive, whatever else is', () => {
    expect(setUp().controller.alive()).toEqual({ status: 'alive' });
  });

  it('is ready when every part serves, and names each', async () => {
    await expect(setUp().ready()).resolves.toEqual({
      readiness: {
        status: 'ready',
        database: { status: 'up', engine: 'postgres' },
        queue: { status: 'up', engine: 'redis' },
        search: { status: 'up', engine: 'meilisearch' },
      },
      codes: [],
    });
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['not ready', 'database', [503]],
    ['not ready', 'queue', [503]],
    ['ready', 'search', []],
  ] as const)(
    'is %s without the %s, and tells only the log why that is down',
    async (status, part, expected) => {
      const parts = setUp();
      const check = part === 'database' ? parts.database.query : parts[part].check;
      check.mockRejectedValue(new Error('connect ECONNREFUSED 10.0.0.5'));
      const { readiness, codes } = await parts.ready();
      expect(codes).toEqual(expected);
      expect(readiness).toMatchObject({ status, [part]: { status: 'down' } });
      expect(readiness.error !== undefined).toBe(status !== 'ready');
      expect(JSON.stringify(readiness)).not.toContain('10.0.0.5');
      expect(JSON.stringify(parts.logger.warn.mock.calls)).toContain(readiness[part].engine);
    },
  );

  it('checks the parts once for all that ask at the same time, and again for who asks later', async () => {
    const { ready, queue } = setUp();
    const answers = await Promise.all([ready(), ready(), ready()]);
    expect(answers.map(({ readiness }) => readiness.status)).toEqual(['ready', 'ready', 'ready']);
    expect(queue.check).toHaveBeenCalledTimes(1);
    queue.check.mockRejectedValue(new Error('away'));
    await expect(ready()).resolves.toMatchObject({ readiness: { status: 'not ready' } });
    expect(queue.check).toHaveBeenCalledTimes(2);
  });

  it('takes a part that does not answer within 2 seconds for down', async () => {
    const { ready, queue } = setUp();
    queue.check.mockReturnValue(new Promise(() => undefined));
    const answer = ready();
    await jest.advanceTimersByTimeAsync(2000);
    await expect(answer).resolves.toMatchObject({ readiness: { queue: { status: 'down' } }, codes: [503] });
  });

  it('waits half a second at most for the search engine, without which it is ready', async () => {
    const { ready, search } = setUp();
    search.check.mockReturnValue(new Promise(() => undefined));
    const answer = ready();
    await jest.advanceTimersByTimeAsync(500);
    await expect(answer).resolves.toMatchObject({
      readiness: { status: 'ready', search: { status: 'down' } },
    });
  });

  it('is not ready from the moment that it stops', async () => {
    const { ready, draining } = setUp();
    const drained = draining.begin(5);
    await expect(ready()).resolves.toMatchObject({ readiness: { status: 'stopping' }, codes: [503] });
    await jest.advanceTimersByTimeAsync(5000);
    await drained;
  });
});
