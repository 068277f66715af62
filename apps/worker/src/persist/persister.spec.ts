import { encodeId, newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { AcceptedSessions, QueueClient } from '@sessions/queue';
import type { Configuration, Logger } from '@sessions/runtime';
import type { DeadLetters, SessionWriter } from '@sessions/storage';
import { DatabaseBreaker } from './database-breaker';
import { Persister } from './persister';

const projectId = newUuid();
const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const refused = Object.assign(new Error('unsupported: "secret words"'), { code: '22P05' });

const session = (content = 'x'): AcceptedSession => ({
  projectId,
  id: newUuid(),
  version: 1,
  fields: {},
  messages: [{ role: 'user', senderType: 'user', content }],
});
const sessions = (count: number) => Array.from({ length: count }, () => session());

/** Failures that may be one session's fault or the database's. */
const DOUBTFUL = [
  [
    'takes too long',
    Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' }),
  ],
  ['the database fails of', Object.assign(new Error('could not read block 7'), { code: 'XX001' })],
] as const;

/** A database that refuses batches with a session whose message says `bad`, and may be away. */
function setUp(batchSessions = 100) {
  const stored = new Set<string>();
  const parked: { session: AcceptedSession; error: unknown }[] = [];
  const database = { away: 0 };
  const writer = {
    write: jest.fn((batch: readonly AcceptedSession[]) => {
      if (database.away-- > 0) return Promise.reject(away);
      if (batch.some(({ messages }) => messages?.[0]?.content === 'bad')) return Promise.reject(refused);
      for (const { id } of batch) stored.add(id);
      return Promise.resolve({ created: batch.length, updated: 0 });
    }),
  };
  const deadLetters = {
    park: jest.fn((given: AcceptedSession, error: unknown) => {
      parked.push({ session: given, error });
      return Promise.resolve();
    }),
  };
  const queued = { release: jest.fn(() => Promise.resolve()) };
  const client = { add: jest.fn(() => Promise.resolve()) };
  const logger = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };
  const breaker = new DatabaseBreaker(logger as unknown as Logger);
  const persister = new Persister(
    { PERSIST_BATCH_SESSIONS: batchSessions } as Configuration,
    logger as unknown as Logger,
    writer as unknown as SessionWriter,
    deadLetters as unknown as DeadLetters,
    queued as unknown as AcceptedSessions,
    client as unknown as QueueClient,
    breaker,
  );
  return { persister, stored, parked, database, writer, deadLetters, queued, client, logger, breaker };
}

describe('Persister', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('stores what several jobs carry in one batch, and is done only after it', async () => {
    const { persister, stored, writer, queued, client } = setUp();
    const done = jest.fn();
    const jobs = [sessions(2), sessions(3)];
    const working = Promise.all(jobs.map((job, index) => persister.persist(`job-${index}`, job))).then(done);
    await jest.advanceTimersByTimeAsync(4);
    expect([writer.write.mock.calls.length, done.mock.calls.length]).toEqual([0, 0]);
    await jest.advanceTimersByTimeAsync(1);
    await working;
    expect(writer.write.mock.calls).toEqual([[jobs.flat()]]);
    expect(stored.size).toBe(5);
    expect(queued.release).toHaveBeenCalledTimes(1);
    expect(client.add).toHaveBeenCalledWith('outbox.ready', {}, { deduplication: { id: 'outbox.ready' } });
  });

  it('cuts batches by count and by size', async () => {
    const { persister, writer } = setUp(4);
    const heavy = () => session('x'.repeat(9 * 1024 * 1024));
    const jobs = [sessions(2), sessions(2), sessions(3), [heavy()], [heavy()]];
    const working = Promise.all(jobs.map((job) => persister.persist('job', job)));
    await jest.advanceTimersByTimeAsync(50);
    await working;
    expect(writer.write.mock.calls.map(([batch]) => batch.length)).toEqual([4, 4, 1]);
  });

  it('isolates a session that the database refuses, parks it whole, and stores the rest of its batch', async () => {
    const { persister, stored, parked, logger } = setUp();
    const [bad, worse] = [session('bad'), session('bad')];
    const good = sessions(50);
    const working = persister.persist('job', [...good.slice(0, 20), bad, ...good.slice(20), worse]);
    await jest.advanceTimersByTimeAsync(5);
    await working;
    expect(good.every(({ id }) => stored.has(id))).toBe(true);
    expect(parked).toEqual([bad, worse].map((one) => ({ session: one, error: refused })));
    expect(logger.error).toHaveBeenCalledTimes(2);
    const [facts] = logger.error.mock.calls[0] as [unknown];
    expect(facts).toMatchObject({ sessionId: encodeId('sess', bad.id), code: '22P05' });
    expect(JSON.stringify(logger.error.mock.calls)).not.toContain('secret');
  });

  it('waits while the database is away, and parks nothing', async () => {
    const { persister, stored, parked, database, writer } = setUp();
    database.away = 5;
    const done = jest.fn();
    const working = persister.persist('job', sessions(3)).then(done);
    await jest.advanceTimersByTimeAsync(1000);
    expect([done.mock.calls.length, stored.size]).toEqual([0, 0]);
    await jest.advanceTimersByTimeAsync(10_000);
    await working;
    expect([stored.size, parked.length, writer.write.mock.calls.length]).toEqual([3, 0, 6]);
  });

  it('waits also when the database goes away while a bad session is looked for', async () => {
    const { persister, stored, parked, database, writer } = setUp();
    const [bad, good] = [session('bad'), sessions(3)];
    writer.write.mockImplementationOnce(() => {
      database.away = 1;
      return Promise.reject(refused);
    });
    const working = persister.persist('job', [...good, bad]);
    await jest.advanceTimersByTimeAsync(1000);
    await working;
    expect(stored.size).toBe(3);
    expect(parked.map(({ session: one }) => one)).toEqual([bad]);
  });

  /** Lets batches with such a session fail so. */
  const failWith = ({ writer, stored }: ReturnType<typeof setUp>, content: string, error: Error) =>
    writer.write.mockImplementation((batch: readonly AcceptedSession[]) => {
      if (batch.some(({ messages }) => messages?.[0]?.content === content)) return Promise.reject(error);
      for (const { id } of batch) stored.add(id);
      return Promise.resolve({ created: batch.length, updated: 0 });
    });

  it.each(DOUBTFUL)('gives a batch that %s a second chance', async (_what, error) => {
    const { persister, stored, writer, logger } = setUp();
    writer.write.mockRejectedValueOnce(error);
    const working = persister.persist('job', sessions(3));
    await jest.advanceTimersByTimeAsync(5);
    await working;
    expect([stored.size, writer.write.mock.calls.length, logger.warn.mock.calls.length]).toEqual([3, 2, 0]);
  });

  it.each(DOUBTFUL)('parks a session that %s every time while others are stored', async (_what, error) => {
    const made = setUp();
    failWith(made, 'slow', error);
    const [slow, good] = [session('slow'), sessions(20)];
    const random = jest.spyOn(Math, 'random').mockReturnValue(0);
    const working = made.persister.persist('job', [slow, ...good]);
    await jest.advanceTimersByTimeAsync(5);
    await working;
    random.mockRestore();
    expect(good.every(({ id }) => made.stored.has(id))).toBe(true);
    expect(made.parked).toEqual([{ session: slow, error }]);
    expect(made.logger.warn).not.toHaveBeenCalled();
  });

  it.each(DOUBTFUL)(
    'parks nothing that %s while all is, and leaves the job to the queue',
    async (_what, error) => {
      const { persister, stored, parked, writer } = setUp();
      writer.write.mockRejectedValue(error);
      const working = expect(persister.persist('job', sessions(5))).rejects.toThrow(
        'too long over every session',
      );
      await jest.advanceTimersByTimeAsync(5);
      await working;
      expect([stored.size, parked.length]).toEqual([0, 0]);
    },
  );

  it('waits, and parks nothing, while the schema does not fit', async () => {
    const { persister, stored, parked, writer } = setUp();
    writer.write.mockRejectedValueOnce(Object.assign(new Error('no such column'), { code: '42703' }));
    const working = persister.persist('job', sessions(3));
    await jest.advanceTimersByTimeAsync(1000);
    await working;
    expect([stored.size, parked.length]).toEqual([3, 0]);
  });

  it('gives the job back when the process stops while the database is away', async () => {
    const { persister, database, queued, breaker } = setUp();
    database.away = Infinity;
    const working = expect(persister.persist('job', sessions(1))).rejects.toBe(away);
    await jest.advanceTimersByTimeAsync(5);
    breaker.stop();
    await working;
    expect(queued.release).not.toHaveBeenCalled();
  });

  it('fails the job, and no other of its batch, when its session can be neither stored nor parked', async () => {
    const { persister, deadLetters, stored } = setUp();
    deadLetters.park.mockRejectedValue(new Error('no room'));
    const [good, bad] = [sessions(1), [session('bad')]];
    const settled = Promise.allSettled([persister.persist('good', good), persister.persist('bad', bad)]);
    await jest.advanceTimersByTimeAsync(10);
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(stored.has(good[0]?.id ?? '')).toBe(true);
  });

  it('is done even if the indexer cannot be woken up and the entries cannot be removed', async () => {
    const { persister, client, queued, stored } = setUp();
    client.add.mockRejectedValue(new Error('queue away'));
    queued.release.mockRejectedValue(new Error('queue away'));
    const working = persister.persist('job', sessions(1));
    await jest.advanceTimersByTimeAsync(5);
    await working;
    expect(stored.size).toBe(1);
  });
});
