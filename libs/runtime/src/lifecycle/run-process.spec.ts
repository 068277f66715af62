import { runProcess } from './run-process';
import type { RunningProcess } from './run-process';

jest.mock('./heap-growth');

const environment = { DATABASE_URL: 'postgres://localhost/sessions', LOG_LEVEL: 'silent' };

describe('runProcess', () => {
  let listeners: Map<string | symbol, (signal: string) => void>;

  beforeEach(() => {
    listeners = new Map();
    jest.spyOn(process, 'once').mockImplementation((event, listener) => {
      listeners.set(event, listener);
      return process;
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const signal = () => listeners.get('SIGTERM')?.('SIGTERM');

  it('stops what runs, and ends with 0', async () => {
    const stop = jest.fn(() => Promise.resolve());
    let isReady = (): void => undefined;
    const ready = new Promise<void>((resolve) => (isReady = resolve));
    const ended = runProcess('worker', environment, () => {
      setImmediate(isReady);
      return Promise.resolve({ stopWithinMs: 10, stop });
    });
    await ready;
    expect(stop).not.toHaveBeenCalled();
    signal();
    await expect(ended).resolves.toBe(0);
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('ends at once when it is asked to stop while it still starts', async () => {
    const forever = new Promise<RunningProcess>(() => undefined);
    const ended = runProcess('api', environment, () => forever);
    signal();
    await expect(ended).resolves.toBe(0);
  });

  it('ends with 1 when it cannot start', async () => {
    await expect(runProcess('api', environment, () => Promise.reject(new Error('no')))).resolves.toBe(1);
  });
});
