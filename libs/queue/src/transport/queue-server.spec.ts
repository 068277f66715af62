import type { Job } from 'bullmq';
import { throwError } from 'rxjs';
import type { QueueBackend, WorkerSettings } from '../backends/queue-backend';
import { OUTBOX_READY, SESSIONS_ACCEPTED } from '../patterns';
import type { QueueContext } from './queue-context';
import { QueueServer } from './queue-server';
import type { ServedPatterns } from './queue-server';

type Work = (job: Job) => Promise<void>;
type Failed = (job: Job | undefined, error: Error) => void;

function setUp(patterns: ServedPatterns = { [SESSIONS_ACCEPTED]: { concurrency: 7 } }) {
  const workers: { pattern: string; work: Work; settings: WorkerSettings }[] = [];
  const failed: [string, Failed][] = [];
  const made: { concurrency: number; listeners: Record<string, (job: Job) => void> }[] = [];
  const logger = { warn: jest.fn() };
  const close = jest.fn(() => Promise.resolve());
  const serverReady = jest.fn(() => Promise.resolve());
  const waitUntilReady = jest.fn(() => Promise.resolve());
  const backend = {
    waitUntilReady: serverReady,
    worker: (pattern: string, work: Work, settings: WorkerSettings) => {
      workers.push({ pattern, work, settings });
      const listeners: Record<string, (job: Job) => void> = {};
      const worker = {
        close,
        waitUntilReady,
        concurrency: settings.concurrency ?? 1,
        listeners,
        on: (event: string, listener: Failed & ((job: Job) => void)) => {
          if (event === 'failed') failed.push([event, listener]);
          listeners[event] = listener;
        },
      };
      made.push(worker);
      return worker;
    },
  } as unknown as QueueBackend;
  const server = new QueueServer(backend, patterns, 1000, logger);
  const listen = () => new Promise((said) => server.listen(said));
  return { server, listen, workers, made, close, serverReady, waitUntilReady, failed, logger };
}

/** Nest chains the handlers of a pattern by a field of theirs, so every test has its own. */
const newHandler = () => () => Promise.resolve();
const job = { id: 'group-1', data: { sessions: [] }, attemptsMade: 2 } as unknown as Job;

describe('QueueServer', () => {
  it('works on each served pattern, as many jobs at once as it may', async () => {
    const { server, listen, workers } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await expect(listen()).resolves.toBeUndefined();
    expect(workers).toMatchObject([{ pattern: SESSIONS_ACCEPTED, settings: { concurrency: 7 } }]);
  });

  it('serves once each of its workers can take jobs, and says why if one cannot', async () => {
    for (const which of ['serverReady', 'waitUntilReady'] as const) {
      const { server, listen, [which]: ready } = setUp();
      server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
      const away = new Error('Connection terminated unexpectedly');
      ready.mockRejectedValueOnce(away);
      await expect(listen()).resolves.toBe(away);
    }
  });

  it('does not wait for its workers for ever', async () => {
    jest.useFakeTimers();
    const { server, listen, waitUntilReady } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    waitUntilReady.mockReturnValue(new Promise<void>(() => undefined));
    const listening = listen();
    await jest.advanceTimersByTimeAsync(30_000);
    jest.useRealTimers();
    expect(String(await listening)).toMatch(/^Error: The queue did not answer all workers in time/);
  });

  it('does not start without a handler', async () => {
    const { server, listen, workers } = setUp({
      [SESSIONS_ACCEPTED]: { concurrency: 1 },
      [OUTBOX_READY]: { concurrency: 1 },
    });
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await expect(listen()).resolves.toEqual(new Error('No handler serves the pattern outbox.ready.'));
    expect(workers).toEqual([]);
  });

  it('does not start with two handlers of one pattern', async () => {
    const { server, listen } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await expect(listen()).resolves.toEqual(
      new Error('More than one handler serves the pattern sessions.accepted.'),
    );
  });

  it('does not start with a handler of a pattern that it does not serve', async () => {
    const { server, listen } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    server.addHandler('sessions.acepted', newHandler(), true);
    await expect(listen()).resolves.toEqual(
      new Error('A handler serves sessions.acepted, which is not a served pattern.'),
    );
  });

  it('gives the handler the data and the job, and is done when it is', async () => {
    const { server, listen, workers } = setUp();
    const seen: unknown[] = [];
    server.addHandler(
      SESSIONS_ACCEPTED,
      (data: unknown, context: QueueContext) => {
        seen.push(data, context.jobId, context.attemptsMade);
        return Promise.resolve();
      },
      true,
    );
    await listen();
    await expect(workers[0]?.work(job)).resolves.toBeUndefined();
    expect(seen).toEqual([{ sessions: [] }, 'group-1', 2]);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('refused'))],
    ['answers with a failing stream', () => Promise.resolve(throwError(() => new Error('refused')))],
  ])('fails the job when its handler %s', async (_how, failing) => {
    const { server, listen, workers } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, failing, true);
    await listen();
    await expect(workers[0]?.work(job)).rejects.toThrow('refused');
  });

  it('takes no more jobs while those under way weigh enough, however they end', async () => {
    const limit = { most: [2], weigh: () => [1] };
    const { server, listen, workers, made } = setUp({ [SESSIONS_ACCEPTED]: { concurrency: 7, limit } });
    const failing = () => Promise.reject(new Error('refused'));
    server.addHandler(SESSIONS_ACCEPTED, failing, true);
    await listen();
    const jobs = [1, 2].map(() => ({ ...job }) as Job);
    for (const one of jobs) made[0]?.listeners.active?.(one);
    expect(made[0]?.concurrency).toBe(2);
    await expect(workers[0]?.work(jobs[0] as Job)).rejects.toThrow('refused');
    expect(made[0]?.concurrency).toBe(7);
  });

  it('tries again later and later, at most every 30 seconds', async () => {
    const { server, listen, workers } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await listen();
    const wait = workers[0]?.settings.settings?.backoffStrategy as (attempts: number) => number;
    expect([1, 2, 3, 8, 100, 1e6].map(wait)).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
  });

  it('closes its workers, and waits for them no longer than the deadline', async () => {
    jest.useFakeTimers();
    const { server, listen, close } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await listen();
    await server.close();
    expect(jest.getTimerCount()).toBe(0);
    close.mockReturnValue(new Promise<void>(() => undefined));
    const closed = jest.fn();
    const closing = server.close().then(closed);
    await jest.advanceTimersByTimeAsync(999);
    expect(closed).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await closing;
    jest.useRealTimers();
  });

  it('logs failed attempts without their content, and not all of them', async () => {
    jest.useFakeTimers();
    const { server, listen, failed, logger } = setUp();
    server.addHandler(SESSIONS_ACCEPTED, newHandler(), true);
    await listen();
    const [event, fail] = failed[0] ?? [];
    expect(event).toBe('failed');
    const error = Object.assign(new Error('secret words'), { code: '22P05' });
    for (let attempt = 0; attempt < 5; attempt += 1) fail?.(job, error);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(10_000);
    fail?.(undefined, error);
    jest.useRealTimers();
    const facts = { pattern: SESSIONS_ACCEPTED, error: 'Error', code: '22P05' };
    expect(logger.warn.mock.calls.map(([given]: unknown[]) => given)).toEqual([
      { ...facts, jobId: 'group-1', attempts: 2, unreported: 0 },
      { ...facts, jobId: undefined, attempts: undefined, unreported: 4 },
    ]);
  });
});
