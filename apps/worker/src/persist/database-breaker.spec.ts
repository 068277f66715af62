import type { Logger } from '@sessions/runtime';
import { DatabaseBreaker } from './database-breaker';

const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

function setUp() {
  const logger = { warn: jest.fn(), info: jest.fn() };
  return { logger, breaker: new DatabaseBreaker(logger as unknown as Logger) };
}

/** Work that finds the database away so many times. */
function failing(times: number, error: Error = away) {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve()));
}

describe('DatabaseBreaker', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('runs work once, and says nothing, while all is well', async () => {
    const { breaker, logger } = setUp();
    const work = failing(0);
    await breaker.run(work);
    expect(work).toHaveBeenCalledTimes(1);
    expect([logger.warn.mock.calls, logger.info.mock.calls]).toEqual([[], []]);
  });

  it('tries again until the database is back, ever more slowly but every second', async () => {
    const { breaker } = setUp();
    const work = failing(Infinity);
    const done = jest.fn();
    const running = breaker.run(work).then(done);
    const tried: number[] = [];
    for (let second = 0; second < 10; second += 1) {
      await jest.advanceTimersByTimeAsync(1000);
      tried.push(work.mock.calls.length);
    }
    expect(tried).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    work.mockResolvedValue();
    await jest.advanceTimersByTimeAsync(2000);
    await running;
  });

  it('writes one line when the database goes, and one when it is back, however much waits', async () => {
    const { breaker, logger } = setUp();
    const waiting = Promise.all([breaker.run(failing(3)), breaker.run(failing(3)), breaker.run(failing(3))]);
    await jest.advanceTimersByTimeAsync(600);
    expect(logger.info).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(200);
    await waiting;
    expect(logger.warn).toHaveBeenCalledTimes(1);
    expect(logger.info).toHaveBeenCalledTimes(1);
  });

  it.each(['28P01', '3D000', '42P01', '42501'])(
    'waits and says what to do when the schema or the rights do not fit: %s',
    async (code) => {
      const { breaker, logger } = setUp();
      const work = failing(4, Object.assign(new Error('no'), { code }));
      const running = breaker.run(work);
      await jest.advanceTimersByTimeAsync(2000);
      await running;
      expect(logger.warn.mock.calls).toEqual([[expect.anything(), expect.stringContaining('run `migrate`')]]);
      expect(logger.info).toHaveBeenCalledTimes(1);
    },
  );

  it('says once that somebody holds a lock, and when it is gone, whatever else is stored', async () => {
    const { breaker, logger } = setUp();
    const locked = Object.assign(new Error('lock timeout'), { code: '55P03' });
    const running = [breaker.run(failing(4, locked)), breaker.run(failing(3, locked))];
    for (let time = 0; time < 5; time += 1) {
      await jest.advanceTimersByTimeAsync(200);
      await breaker.run(failing(0));
    }
    expect(logger.warn.mock.calls).toEqual([
      [expect.anything(), expect.stringContaining('A lock that somebody else holds')],
    ]);
    expect(logger.info).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1000);
    await Promise.all(running);
    expect(logger.info).toHaveBeenCalledTimes(1);
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });

  it('repeats work that met a deadlock without a word', async () => {
    const { breaker, logger } = setUp();
    const running = breaker.run(failing(2, Object.assign(new Error('deadlock'), { code: '40P01' })));
    await jest.advanceTimersByTimeAsync(300);
    await running;
    expect([logger.warn.mock.calls, logger.info.mock.calls]).toEqual([[], []]);
  });

  it('rejects at once with what is not the database being away', async () => {
    const { breaker, logger } = setUp();
    const refused = Object.assign(new Error('invalid'), { code: '22P05' });
    await expect(breaker.run(failing(1, refused))).rejects.toBe(refused);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it('waits no more once it is stopped, and gives back what fails', async () => {
    const { breaker } = setUp();
    const work = failing(Infinity);
    const running = expect(breaker.run(work)).rejects.toBe(away);
    await jest.advanceTimersByTimeAsync(50);
    expect(work).toHaveBeenCalledTimes(1);
    breaker.stop();
    await running;
    expect(work).toHaveBeenCalledTimes(2);
    await expect(breaker.run(failing(1))).rejects.toBe(away);
    await expect(breaker.run(failing(0))).resolves.toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
