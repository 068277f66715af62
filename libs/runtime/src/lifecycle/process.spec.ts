import { sleep, untilStopSignal, within } from './process';

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

describe('within', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('settles as the promise does, and leaves no timer behind', async () => {
    await expect(within(1000, Promise.resolve(7), 'too late')).resolves.toBe(7);
    await expect(within(1000, Promise.reject(new Error('no')), 'too late')).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects when the time is over', async () => {
    const waiting = expect(within(1000, new Promise(() => undefined), 'too late')).rejects.toThrow(
      'too late',
    );
    await jest.advanceTimersByTimeAsync(1000);
    await waiting;
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
