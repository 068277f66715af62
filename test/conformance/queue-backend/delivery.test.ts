import { newUuid } from '@sessions/contract';
import { OUTBOX_READY, QueueRecord, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { Pattern } from '@sessions/queue';
import type { Queue } from 'bullmq';
import { accepted } from '../../support/accepted-session';
import { queueBackends } from '../../support/backends';
import { eventually } from '../../support/eventually';
import { makeQueue } from './queue-under-test';
import type { QueueProcess, QueueUnderTest } from './queue-under-test';

const projectId = newUuid();

/** A job whose end the test decides. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe.each(queueBackends())('the queue on %s', (backend) => {
  let queue: QueueUnderTest;
  let producer: QueueProcess;
  let consumer: QueueProcess;

  beforeEach(async () => {
    queue = await makeQueue(backend);
    producer = await queue.join();
    consumer = await queue.join();
    await producer.client.connect(SESSIONS_ACCEPTED, OUTBOX_READY);
  }, 30_000);
  afterEach(() => queue.close(), 30_000);

  const backlog = () => producer.client.backlog(SESSIONS_ACCEPTED);
  const stored = (jobId: string) =>
    producer.client.unwrap<Map<Pattern, Queue>>().get(SESSIONS_ACCEPTED)?.getJob(jobId);
  const job = (name: string) => ({ sessions: [accepted({ projectId, fields: { name } })] });
  const done = () => eventually(async () => (await backlog()) === 0);

  it('hands what was emitted to the handler', async () => {
    const seen: unknown[] = [];
    const data = job('hello');
    await producer.emit(SESSIONS_ACCEPTED, data);
    expect(await backlog()).toBe(1);
    await consumer.serve({ [SESSIONS_ACCEPTED]: (given) => Promise.resolve(seen.push(given)) });
    await done();
    expect(seen).toEqual([data]);
  });

  it('counts the workers of a pattern, of every process', async () => {
    const workers = () => producer.backend.workers(SESSIONS_ACCEPTED);
    expect(await workers()).toBe(0);
    const handler = () => Promise.resolve();
    await consumer.serve({ [SESSIONS_ACCEPTED]: handler });
    await eventually(async () => (await workers()) === 1);
    await (await queue.join()).serve({ [SESSIONS_ACCEPTED]: handler });
    await eventually(async () => (await workers()) === 2);
    expect(await producer.backend.workers(OUTBOX_READY)).toBe(0);
  });

  it('hands every job to one of several workers', async () => {
    const other = await queue.join();
    const seen: unknown[] = [];
    for (const worker of [consumer, other]) {
      await worker.serve({ [SESSIONS_ACCEPTED]: (given) => Promise.resolve(seen.push(given)) });
    }
    const jobs = Array.from({ length: 100 }, (_, number) => job(String(number)));
    await Promise.all(jobs.map((data) => producer.emit(SESSIONS_ACCEPTED, data)));
    await done();
    expect(seen).toHaveLength(100);
    expect(seen).toEqual(expect.arrayContaining(jobs));
  });

  it('keeps a job until its handler is done', async () => {
    const { open, opened } = gate();
    const handler = jest.fn(() => opened);
    await consumer.serve({ [SESSIONS_ACCEPTED]: handler });
    await producer.client.add(SESSIONS_ACCEPTED, job('slow'), { jobId: 'slow-job' });
    await eventually(() => handler.mock.calls.length === 1);
    expect(await backlog()).toBe(1);
    expect(await producer.client.read(SESSIONS_ACCEPTED, ['slow-job'])).toHaveLength(1);
    open();
    await done();
    expect(await producer.client.read(SESSIONS_ACCEPTED, ['slow-job'])).toEqual([]);
  });

  it('tries a job again, under the same id, when its handler fails, and keeps its last failure only', async () => {
    const seen: unknown[] = [];
    const failures: number[] = [];
    await consumer.serve({
      [SESSIONS_ACCEPTED]: async (_data, { jobId, attemptsMade }) => {
        seen.push([jobId, attemptsMade]);
        const kept = await stored(jobId);
        failures.push(kept?.stacktrace?.length ?? 0);
        return seen.length < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve();
      },
    });
    await producer.client.add(SESSIONS_ACCEPTED, job('hard'), { jobId: 'hard-job' });
    await done();
    expect(seen).toEqual([0, 1, 2].map((attempts) => ['hard-job', attempts]));
    expect(failures).toEqual([0, 1, 1]);
  });

  it('finishes what is under way when it stops, and takes nothing more', async () => {
    const { open, opened } = gate();
    const handler = jest.fn(() => opened);
    const server = await consumer.serve({ [SESSIONS_ACCEPTED]: handler }, { concurrency: 1 });
    await producer.emit(SESSIONS_ACCEPTED, job('under way'));
    await eventually(() => handler.mock.calls.length === 1);
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    await producer.emit(SESSIONS_ACCEPTED, job('too late'));
    expect(closed).toBe(false);
    open();
    await closing;
    expect(handler).toHaveBeenCalledTimes(1);
    expect(await backlog()).toBe(1);
    await (await queue.join()).serve({ [SESSIONS_ACCEPTED]: handler });
    await done();
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('does not wait longer than its deadline when it stops', async () => {
    const { open, opened } = gate();
    const handler = jest.fn(() => opened);
    const server = await consumer.serve({ [SESSIONS_ACCEPTED]: handler }, { closeWithinMs: 50 });
    await producer.emit(SESSIONS_ACCEPTED, job('endless'));
    await eventually(() => handler.mock.calls.length === 1);
    await server.close();
    open();
    await done();
  });

  it('delivers again what a worker held that died', async () => {
    const { open, opened } = gate();
    let held = false;
    const dying = consumer.backend.worker(
      SESSIONS_ACCEPTED,
      () => {
        held = true;
        return opened;
      },
      { lockDuration: 500, stalledInterval: 300 },
    );
    const data = job('survivor');
    await producer.emit(SESSIONS_ACCEPTED, data);
    await eventually(() => held);
    await dying.close(true);
    const seen: unknown[] = [];
    const heir = await queue.join();
    await heir.serve({ [SESSIONS_ACCEPTED]: (given) => Promise.resolve(seen.push(given)) });
    await eventually(() => seen.length > 0, { timeoutMs: 25_000 });
    expect(seen).toEqual([data]);
    await done();
    open();
  }, 45_000);

  it('carries a job of 5 MB', async () => {
    const messages = Array.from({ length: 20 }, (_, number) => `${number} ${'ä'.repeat(128 * 1024)}`);
    const data = { sessions: [accepted({ projectId, messages })] };
    const seen: unknown[] = [];
    await consumer.serve({ [SESSIONS_ACCEPTED]: (given) => Promise.resolve(seen.push(given)) });
    await producer.emit(SESSIONS_ACCEPTED, data);
    await done();
    expect(seen).toEqual([data]);
  });

  it('merges wake-ups that wait', async () => {
    const wake = () => producer.emit(OUTBOX_READY, new QueueRecord({}, { deduplication: { id: 'wake' } }));
    await Promise.all([wake(), wake(), wake()]);
    expect(await producer.client.backlog(OUTBOX_READY)).toBe(1);
  });
});
