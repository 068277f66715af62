import { SettingError, startProblem } from './start-problem';

const settings = { HOST: '999.1.1.1', PORT: 3000 };
const failure = (more: object) => Object.assign(new Error('failed'), more);

describe('startProblem', () => {
  it.each([
    ['a password that is wrong', { code: '28P01' }, /^DATABASE_URL: .*password/],
    ['a database that is not there', { code: '3D000' }, /^DATABASE_URL: .*name/],
    ['tables that are missing', { cause: failure({ code: '42P01' }) }, /^DATABASE_URL: .*migrate/],
    ['a port that is taken', { code: 'EADDRINUSE', syscall: 'listen' }, /^PORT: .*3000/],
    ['a port that is not allowed', { code: 'EACCES', syscall: 'listen' }, /^PORT: .*1023/],
    ['an address of another machine', { code: 'EADDRNOTAVAIL', syscall: 'listen' }, /^HOST: 999/],
    ['no address at all', { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: '999.1.1.1' }, /^HOST: 999/],
  ])('names the setting that is to blame for %s', (_what, more, sentence) => {
    expect(startProblem(failure(more), settings)).toMatch(sentence);
  });

  it('says what whoever found the setting wrong says', () => {
    expect(startProblem(new SettingError('REDIS_URL: no.', { cause: failure({}) }), settings)).toBe(
      'REDIS_URL: no.',
    );
  });

  it('blames no setting for anything else', () => {
    for (const error of [
      failure({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'database' }),
      failure({ code: 'EACCES', syscall: 'open' }),
      failure({ code: 'EMFILE', syscall: 'listen' }),
      failure({}),
      'text',
    ])
      expect(startProblem(error, settings)).toBeNull();
  });
});
