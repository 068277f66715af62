import type { AcceptedSessions } from '@sessions/queue';
import type { Logger } from '@sessions/runtime';
import type { IdempotencyKeys } from '@sessions/storage';
import { MaintenanceService } from './maintenance.service';

function setUp() {
  const keys = { forget: jest.fn(() => Promise.resolve()) };
  const queued = { sweep: jest.fn(() => Promise.resolve()) };
  const logger = { warn: jest.fn() };
  const service = new MaintenanceService(
    keys as unknown as IdempotencyKeys,
    queued as unknown as AcceptedSessions,
    logger as unknown as Logger,
  );
  return { keys, queued, logger, service };
}

describe('MaintenanceService', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('removes what is old within a minute, then every 15 minutes, until it is stopped', async () => {
    const { keys, queued, service } = setUp();
    service.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([keys.forget.mock.calls, queued.sweep.mock.calls.length]).toEqual([[[48]], 1]);
    await jest.advanceTimersByTimeAsync(15 * 60_000);
    expect([keys.forget.mock.calls.length, queued.sweep.mock.calls.length]).toEqual([2, 2]);
    service.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does the rest, and tries again, when a part fails', async () => {
    const { keys, queued, logger, service } = setUp();
    keys.forget.mockRejectedValue(new Error('away'));
    service.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(16 * 60_000);
    expect([queued.sweep.mock.calls.length, logger.warn.mock.calls.length]).toEqual([2, 2]);
    service.onApplicationShutdown();
  });
});
