import { isRefusal } from './queue-error';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('isRefusal', () => {
  it.each([
    Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' }),
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    new Error('timeout exceeded when trying to connect'),
    ...['ECONNREFUSED', 'ENOTFOUND', '42P01', '53100', '28P01'].map(coded),
  ])('is true of %p, after which nothing was stored', (error) => expect(isRefusal(error)).toBe(true));

  it.each([
    new Error('Command timed out'),
    new Error('Query read timeout'),
    new Error('Connection is closed.'),
    new Error('Reached the max retries per request limit (which is 0).'),
    new Error('Connection terminated unexpectedly'),
    ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '08006'].map(coded),
    'a string',
  ])('is false of %p, before which the command may have been carried out', (error) =>
    expect(isRefusal(error)).toBe(false),
  );
});
