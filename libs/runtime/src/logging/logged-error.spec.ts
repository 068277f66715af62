import { loggedError } from './logged-error';

const SECRET = 'my secret';

/** As each of the drivers throws them, with what a customer sent in it. */
const quoting: [what: string, error: Error][] = [
  [
    'a Redis command',
    Object.assign(new Error('OOM command not allowed'), { command: { name: 'evalsha', args: [SECRET] } }),
  ],
  [
    'a pg row',
    Object.assign(new Error('duplicate key value'), {
      code: '23505',
      detail: `Key (name)=(${SECRET}) already exists.`,
      where: `unnamed portal parameter $1 = '${SECRET}'`,
      parameters: [SECRET],
    }),
  ],
  [
    'a pg value',
    Object.assign(new Error(`invalid input syntax for type json: "${SECRET}"`), { code: '22P02' }),
  ],
  [
    'a pg value within',
    Object.assign(new Error(`value "${SECRET}"\n    at is out of range`), { code: '22003' }),
  ],
];

describe('loggedError', () => {
  it.each(quoting)('leaves out what %s quotes, at any depth', (_what, error) => {
    const wrapped = new Error('could not be queued', { cause: new AggregateError([error], 'all failed') });
    const logged = loggedError(wrapped);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
    expect(logged).toMatchObject({
      type: 'Error',
      message: 'could not be queued',
      stack: wrapped.stack,
      cause: { type: 'AggregateError', errors: [{ type: 'Error' }] },
    });
  });

  it('says what is wrong, where, and by which code', () => {
    const error = Object.assign(new TypeError('no such file'), { code: 'ENOENT' });
    expect(loggedError(error)).toEqual({
      type: 'TypeError',
      message: 'no such file',
      code: 'ENOENT',
      stack: error.stack,
    });
  });

  it('gives the code for a message that it leaves out, and where it was thrown', () => {
    const [, error] = quoting[2] ?? [];
    expect(loggedError(error)).toMatchObject({
      message: 'SQLSTATE 22P02',
      code: '22P02',
      stack: expect.stringMatching(/^at .*logged-error\.spec/) as unknown,
    });
  });

  it('ends where errors are a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(loggedError(error)).match(/"message":"round"/g)).toHaveLength(5);
  });

  it('says little about what is no error', () => {
    expect(loggedError('text')).toEqual({ type: 'string', message: 'text' });
    expect(loggedError({ content: SECRET })).toEqual({ type: 'object' });
    expect(loggedError(null)).toEqual({ type: 'object' });
  });
});
