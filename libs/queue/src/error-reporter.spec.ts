import { errorReporter } from './error-reporter';

const failure = (message: string, more: object) => Object.assign(new Error(message), more);

describe('errorReporter', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('logs each kind of error once a minute', () => {
    const warn = jest.fn();
    const report = errorReporter({ warn });
    const lost = failure('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' });
    const full = failure('OOM command not allowed', { name: 'ReplyError' });
    const readOnly = failure("READONLY You can't write against a read only replica.", { name: 'ReplyError' });
    const lock = failure('Missing lock for job group-1. moveToFinished', { code: -2 });
    const other = new TypeError('other');
    for (const error of [lost, full, lost, readOnly, full, lock, other, lock]) report(error);
    const logged = () => warn.mock.calls.map(([given]: [{ err: Error }]) => given.err);
    expect(logged()).toEqual([lost, full, readOnly, lock, other]);
    jest.advanceTimersByTime(60_000);
    report(full);
    expect(logged()).toHaveLength(6);
  });

  it('says nothing that is untrue of an error that is no lost connection', () => {
    const warn = jest.fn();
    errorReporter({ warn })(new Error('could not renew lock for job group-1'));
    expect(warn).toHaveBeenCalledWith(
      expect.anything(),
      'The queue reports an error; what it holds is kept, and tried again.',
    );
  });
});
