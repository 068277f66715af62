import { BodyValidator, CreateSessionDto, DEFAULT_LIMITS, newUuid, unavailable } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { Configuration, Logger } from '@sessions/runtime';
import { UNNAMED } from '../create/accept-session';
import type { Acceptance, Acceptor } from '../create/acceptor';
import { Clock } from '../create/clock';
import type { BatchItem } from './batch-items';
import { BatchService } from './batch.service';
import type { BatchResult, Identify } from './batch.service';

const projectId = newUuid();
const validator = new BodyValidator(CreateSessionDto, DEFAULT_LIMITS);

function nameAsAJobWould(sessions: AcceptedSession[]): void {
  for (const session of sessions) if (session.id === UNNAMED) session.id = newUuid();
}

function setUp() {
  const accepted: AcceptedSession[] = [];
  const acceptor = {
    accept: jest.fn((sessions: AcceptedSession[]): Promise<Acceptance[]> => {
      nameAsAJobWould(sessions);
      const created = sessions.map((session) => {
        const isNew = accepted.every(({ id }) => id !== session.id);
        accepted.push(session);
        return isNew;
      });
      return Promise.resolve(created.map((isNew) => ({ before: null, created: isNew })));
    }),
  };
  const logger = { error: jest.fn() };
  const service = new BatchService(
    acceptor as unknown as Acceptor,
    new Clock(),
    validator,
    { INGEST_GROUP_SESSIONS: 500, INGEST_GROUP_BYTES: 4 * 1024 * 1024 } as Configuration,
    logger as unknown as Logger,
  );
  const run = async (items: BatchItem[], identify?: Identify) => {
    const results: BatchResult[] = [];
    for await (const some of service.accept(projectId, [items], identify)) results.push(...some);
    return results;
  };
  return { acceptor, accepted, logger, service, run };
}

const item = (value: unknown): BatchItem => ({ value, bytes: 10 });
const named = (name: string) => item({ name });

describe('BatchService', () => {
  it('answers every item, in order, whichever was done first', async () => {
    const { service, acceptor } = setUp();
    const waiting: (() => void)[] = [];
    acceptor.accept.mockImplementation(
      (sessions) =>
        new Promise((resolve) => {
          nameAsAJobWould(sessions);
          waiting.unshift(() => resolve(sessions.map(() => ({ before: null, created: true }))));
          if (waiting.length === 3) for (const finish of waiting) finish();
        }),
    );
    const results: BatchResult[] = [];
    const source = [[named('a')], [named('b'), named('c')], [named('d')]];
    for await (const some of service.accept(projectId, source)) results.push(...some);
    expect(results.map(({ index, status, retryable }) => ({ index, status, retryable }))).toEqual(
      [0, 1, 2, 3].map((index) => ({ index, status: 'created', retryable: false })),
    );
    expect(new Set(results.map(({ id }) => id)).size).toBe(4);
  });

  it('offers no more at once than a job may have', async () => {
    const { run, acceptor } = setUp();
    const large = (): BatchItem => ({ value: {}, bytes: 3 * 1024 * 1024 });
    const results = await run([...Array<BatchItem>(501).fill(named('a')), large(), large()]);
    expect(acceptor.accept.mock.calls.map(([sessions]) => sessions.length)).toEqual([500, 2, 1]);
    expect(results.map(({ index }) => index)).toEqual(results.map((_result, place) => place));
  });

  it('rejects a bad item alone, with what is wrong with it', async () => {
    const { run, accepted } = setUp();
    const results = await run([
      named('a'),
      { problem: 'The line must be JSON; it could not be parsed.' },
      item({ nam: 'x', tags: ['bugs'] }),
      item(null),
      named('b'),
    ]);
    expect(results).toMatchObject([
      { index: 0, status: 'created' },
      {
        index: 1,
        status: 'rejected',
        error: 'The line must be JSON; it could not be parsed.',
        retryable: false,
      },
      { index: 2, status: 'rejected', retryable: false },
      { index: 3, status: 'rejected', error: 'The body must be a JSON object.', retryable: false },
      { index: 4, status: 'created' },
    ]);
    expect(results[2]?.error).toContain('nam is not a field that a session can have; it can have name,');
    expect(results[2]?.error).toContain('tags[0] must be one of');
    expect(accepted.map(({ fields }) => fields.name)).toEqual(['a', 'b']);
  });

  it('tells no more problems of an item than fit into a few lines', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 18 }, (_, place) => [`field${place}`, 0]));
    const [result] = await setUp().run([item(wrong)]);
    expect(result?.error).toContain('field0');
    expect(result?.error?.length).toBeLessThan(1000);
  });

  it('says which items can succeed when they are sent again', async () => {
    const { run, acceptor, logger } = setUp();
    acceptor.accept.mockRejectedValueOnce(unavailable('The queue is full.'));
    acceptor.accept.mockRejectedValueOnce(new Error('secret'));
    const results = [...(await run([named('a')])), ...(await run([item(null), named('b')])).slice(1)];
    expect(results).toEqual([
      { index: 0, status: 'rejected', error: 'The queue is full.', retryable: true },
      {
        index: 1,
        status: 'rejected',
        error: 'Something went wrong on our side; send the item again.',
        retryable: true,
      },
    ]);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it('tells an update from a creation', async () => {
    const { run } = setUp();
    const external = item({ external_source: 'z', external_id: '1' });
    const results = await run([external, external]);
    expect(results.map(({ status }) => status)).toEqual(['created', 'updated']);
    expect(results[0]?.id).toBe(results[1]?.id);
  });

  it('gives the items the ids and versions that it is told to', async () => {
    const { run, accepted } = setUp();
    const known = [newUuid(), newUuid()];
    await run([named('a'), named('b')], (index) => ({ id: known[index] ?? '', version: 70 + index }));
    expect(accepted).toMatchObject([
      { id: known[0], version: 70 },
      { id: known[1], version: 71 },
    ]);
  });

  it('reads no further than the window while results are not taken', async () => {
    const { service, acceptor } = setUp();
    let read = 0;
    function* endless(): Generator<BatchItem[]> {
      for (;;) {
        read += 1;
        yield [named('a')];
      }
    }
    acceptor.accept.mockReturnValue(new Promise<Acceptance[]>(() => undefined));
    const results = service.accept(projectId, endless(), undefined);
    void results.next();
    await new Promise(setImmediate);
    expect([read, acceptor.accept.mock.calls.length]).toEqual([2000, 2000]);
  });

  it('reads no further than a window of bytes', async () => {
    const { service, acceptor } = setUp();
    const items = Array.from({ length: 10 }, (): BatchItem => ({ value: {}, bytes: 6 * 1024 * 1024 }));
    acceptor.accept.mockReturnValue(new Promise<Acceptance[]>(() => undefined));
    void service.accept(projectId, [items], undefined).next();
    await new Promise(setImmediate);
    expect(acceptor.accept).toHaveBeenCalledTimes(2);
  });

  it('keeps one portion of each batch on its way where all of them have much', async () => {
    const { service, acceptor } = setUp();
    const refuse: (() => void)[] = [];
    acceptor.accept.mockImplementation(
      () => new Promise((_resolve, reject) => refuse.push(() => reject(unavailable('full')))),
    );
    const begin = () => {
      const source = Array.from({ length: 8 }, (): BatchItem[] => [{ value: {}, bytes: 1024 * 1024 }]);
      const results = service.accept(projectId, source, undefined);
      return { results, first: results.next() };
    };
    const batches = Array.from({ length: 40 }, begin);
    await new Promise(setImmediate);
    // By themselves they would have 320.
    expect(acceptor.accept.mock.calls.length).toBeLessThan(80);
    for (const { results, first } of batches) {
      while (refuse.length > 0) refuse.pop()?.();
      await first;
      await results.return(undefined);
    }
    acceptor.accept.mockClear();
    begin();
    await new Promise(setImmediate);
    expect(acceptor.accept).toHaveBeenCalledTimes(8);
  });

  it('hands on that the sender went away, after the results that there are', async () => {
    const { service } = setUp();
    async function* broken(): AsyncGenerator<BatchItem[]> {
      yield await Promise.resolve([named('a')]);
      await new Promise(setImmediate);
      throw new Error('aborted');
    }
    const results = service.accept(projectId, broken(), undefined);
    await expect(results.next()).resolves.toMatchObject({ value: [{ index: 0, status: 'created' }] });
    await expect(results.next()).rejects.toThrow('aborted');
  });

  it('stops reading when nobody takes the results any more', async () => {
    const { service } = setUp();
    const closed = jest.fn();
    async function* stream(): AsyncGenerator<BatchItem[]> {
      try {
        for (;;) yield await Promise.resolve([named('a')]);
      } finally {
        closed();
      }
    }
    for await (const [last] of service.accept(projectId, stream(), undefined)) if (last?.index === 3) break;
    expect(closed).toHaveBeenCalledTimes(1);
  });
});
