import type { Queue } from 'bullmq';
import { lastValueFrom } from 'rxjs';
import type { QueueBackend } from '../backends/queue-backend';
import { queueName } from '../backends/queue-backend';
import { OUTBOX_READY, SESSIONS_ACCEPTED } from '../patterns';
import { QueueClient, QueueRecord } from './queue-client';

function setUp(overrides: Partial<Record<keyof Queue, unknown>> = {}) {
  const queue = {
    add: jest.fn(() => Promise.resolve()),
    getJob: jest.fn((id: string) => Promise.resolve(id === 'gone' ? undefined : { data: { id } })),
    getJobCounts: jest.fn(() => Promise.resolve({ wait: 3, active: 2, delayed: 1, prioritized: 0 })),
    waitUntilReady: jest.fn(() => Promise.resolve()),
    close: jest.fn(() => Promise.resolve()),
    ...overrides,
  };
  const open = jest.fn(() => queue as unknown as Queue);
  const backend = { queue: open, waitUntilReady: () => Promise.resolve() };
  return { queue, open, client: new QueueClient(backend as unknown as QueueBackend) };
}

describe('QueueClient', () => {
  it('adds a job that is kept until it is done and leaves nothing behind', async () => {
    const { client, queue } = setUp();
    await client.add(SESSIONS_ACCEPTED, { sessions: [] }, { jobId: 'group-1' });
    expect(queue.add).toHaveBeenCalledWith(
      SESSIONS_ACCEPTED,
      { sessions: [] },
      expect.objectContaining({ jobId: 'group-1', removeOnComplete: true, stackTraceLimit: 1 }),
    );
  });

  it('rejects when the queue does not take a job', async () => {
    const { client } = setUp({ add: () => Promise.reject(new Error('away')) });
    await expect(client.add(OUTBOX_READY, {})).rejects.toThrow('away');
    await expect(lastValueFrom(client.emit(OUTBOX_READY, {}))).rejects.toThrow('away');
  });

  it("emits by Nest's own way, with or without settings", async () => {
    const { client, queue } = setUp();
    await lastValueFrom(client.emit(OUTBOX_READY, {}), { defaultValue: null });
    const record = new QueueRecord({ sessions: [] }, { jobId: 'group-2' });
    await lastValueFrom(client.emit(SESSIONS_ACCEPTED, record), { defaultValue: null });
    expect(queue.add).toHaveBeenNthCalledWith(1, OUTBOX_READY, {}, expect.any(Object));
    const settings: unknown = expect.objectContaining({ jobId: 'group-2' });
    expect(queue.add).toHaveBeenNthCalledWith(2, SESSIONS_ACCEPTED, { sessions: [] }, settings);
  });

  it('refuses to send, since nothing replies', async () => {
    const { client } = setUp();
    await expect(lastValueFrom(client.send(OUTBOX_READY, {}))).rejects.toThrow(
      'The queue carries events only',
    );
  });

  it('opens each queue once, and closes what it opened', async () => {
    const { client, open, queue } = setUp();
    await client.connect(SESSIONS_ACCEPTED);
    await client.add(SESSIONS_ACCEPTED, { sessions: [] });
    await client.add(OUTBOX_READY, {});
    expect(open.mock.calls).toEqual([[SESSIONS_ACCEPTED], [OUTBOX_READY]]);
    await client.close();
    expect(queue.close).toHaveBeenCalledTimes(2);
  });

  it('opens a queue anew whose first connection failed', async () => {
    const away = new Error('away');
    const waitUntilReady = jest.fn(() => Promise.resolve());
    const { client, open, queue } = setUp({ waitUntilReady });
    waitUntilReady.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    await expect(client.connect(OUTBOX_READY)).rejects.toBe(away);
    await client.connect(OUTBOX_READY);
    await client.add(OUTBOX_READY, {});
    expect(open).toHaveBeenCalledTimes(2);
    expect(queue.close).toHaveBeenCalledTimes(1);
  });

  it('reads the jobs that there still are, and how many there are', async () => {
    const { client } = setUp();
    await expect(client.read(SESSIONS_ACCEPTED, ['a', 'gone', 'b'])).resolves.toEqual([
      { id: 'a' },
      { id: 'b' },
    ]);
    await expect(client.backlog(SESSIONS_ACCEPTED)).resolves.toBe(6);
  });
});

describe('queueName', () => {
  it('has no colon, which BullMQ forbids', () => {
    expect(queueName('sessions', SESSIONS_ACCEPTED)).toBe('sessions.sessions.accepted');
  });
});
