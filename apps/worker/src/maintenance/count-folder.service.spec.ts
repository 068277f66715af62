import type { Logger } from '@sessions/runtime';
import type { SessionCounts } from '@sessions/storage';
import { CountFolderService } from './count-folder.service';

function setUp() {
  const counts = { fold: jest.fn<Promise<number>, [number]>(() => Promise.resolve(0)) };
  const logger = { warn: jest.fn() };
  const service = new CountFolderService(counts as unknown as SessionCounts, logger as unknown as Logger);
  service.onApplicationBootstrap();
  return { counts, logger, service };
}

function withResolvers() {
  let resolve: (folded: number) => void = () => undefined;
  const promise = new Promise<number>((done) => (resolve = done));
  return { promise, resolve: (folded: number) => resolve(folded) };
}

describe('CountFolderService', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('folds every 3 seconds, until it is stopped', async () => {
    const { counts, service } = setUp();
    await jest.advanceTimersByTimeAsync(9000);
    expect(counts.fold).toHaveBeenCalledTimes(3);
    service.onApplicationShutdown();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('goes on at once as long as there is more than it takes in a step', async () => {
    const { counts, service } = setUp();
    counts.fold.mockImplementationOnce((most) => Promise.resolve(most));
    await jest.advanceTimersByTimeAsync(3001);
    expect(counts.fold).toHaveBeenCalledTimes(2);
    service.onApplicationShutdown();
  });

  it('says once that it cannot fold, and tries again every 15 seconds', async () => {
    const { counts, logger, service } = setUp();
    counts.fold.mockRejectedValue(new Error('away'));
    await jest.advanceTimersByTimeAsync(3000 + 2 * 15_000);
    expect([counts.fold.mock.calls.length, logger.warn.mock.calls.length]).toEqual([3, 1]);
    service.onApplicationShutdown();
  });

  it('does not begin anew when it is stopped while it folds', async () => {
    const { counts, service } = setUp();
    const { promise, resolve: finish } = withResolvers();
    counts.fold.mockReturnValue(promise);
    await jest.advanceTimersByTimeAsync(3000);
    service.onApplicationShutdown();
    finish(0);
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
