import { sleep, untilStopSignal } from './process';

describe('sleep', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lasts its time', async () => {
    const woken = jest.fn();
    const sleeping = sleep(1000).then(woken);
    await jest.advanceTimersByTimeAsync(999);
    expect(woken).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    await sleeping;
  });

  it('ends when its signal aborts, and leaves no timer behind', async () => {
    const stopping = new AbortController();
    const sleeping = sleep(1000, stopping.signal);
    stopping.abort();
    await sleeping;
    await sleep(1000, stopping.signal);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('untilStopSignal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('resolves with %s', async (signal) => {
    const once = jest.spyOn(process, 'once').mockReturnValue(process);
    const stopped = untilStopSignal();
    const listeners = new Map<string | symbol, (signal: string) => void>(once.mock.calls);
    once.mockRestore();
    listeners.get(signal)?.(signal);
    await expect(stopped).resolves.toBe(signal);
  });
});
