import type { QueueBackend, QueueClient } from '@sessions/queue';
import type { Configuration, Logger } from '@sessions/runtime';
import { BacklogGauge } from './backlog-gauge';

function setUp() {
  const queue = { backlog: jest.fn(() => Promise.resolve(0)) };
  const backend = { memoryUse: jest.fn(() => Promise.resolve(0)) };
  const logger = { info: jest.fn(), warn: jest.fn(), debug: jest.fn() };
  const gauge = new BacklogGauge(
    { INGEST_MAX_BACKLOG: 10, INGEST_MAX_MEMORY_PERCENT: 80 } as Configuration,
    logger as unknown as Logger,
    backend as unknown as QueueBackend,
    queue as unknown as QueueClient,
  );
  gauge.onApplicationBootstrap();
  return { gauge, queue, backend, logger };
}

const full = expect.objectContaining({ status: 503, headers: { 'Retry-After': '5' } }) as Error;
const away = expect.objectContaining({ status: 503, headers: { 'Retry-After': '1' } }) as Error;

describe('BacklogGauge', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('refuses sessions while too many jobs wait', async () => {
    const { gauge, queue, logger } = setUp();
    for (const [waiting, refused] of [
      [9, false],
      [10, true],
      [5000, true],
      [9, false],
    ] as const) {
      queue.backlog.mockResolvedValue(waiting);
      await jest.advanceTimersByTimeAsync(500);
      if (refused) expect(() => gauge.requireRoom()).toThrow(full);
      else expect(() => gauge.requireRoom()).not.toThrow();
    }
    expect([logger.warn.mock.calls.length, logger.info.mock.calls.length]).toEqual([1, 1]);
    gauge.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('refuses sessions while too little memory is left', async () => {
    const { gauge, backend } = setUp();
    backend.memoryUse.mockResolvedValue(0.8);
    await jest.advanceTimersByTimeAsync(500);
    expect(() => gauge.requireRoom()).toThrow(full);
    gauge.onApplicationShutdown();
  });

  it('refuses sessions at once while the queue is away', async () => {
    const { gauge, queue, logger } = setUp();
    queue.backlog.mockRejectedValue(new Error('away'));
    await jest.advanceTimersByTimeAsync(5000);
    expect(() => gauge.requireRoom()).toThrow(away);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    queue.backlog.mockResolvedValue(0);
    await jest.advanceTimersByTimeAsync(500);
    expect(() => gauge.requireRoom()).not.toThrow();
    gauge.onApplicationShutdown();
  });
});
