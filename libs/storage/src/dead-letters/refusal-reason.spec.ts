import { refusalReason } from './refusal-reason';

function databaseError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('refusalReason', () => {
  it('gives what Postgres said, and its code', () => {
    const error = databaseError('new row for relation "sessions" violates check constraint "named"', '23514');
    expect(refusalReason(error)).toBe(
      'new row for relation "sessions" violates check constraint "named" (SQLSTATE 23514)',
    );
  });

  it('leaves out the value that Postgres could not read', () => {
    const error = databaseError('invalid input syntax for type bigint: "my\nsecret"', '22P02');
    expect(refusalReason(error)).toBe('invalid input syntax for type bigint (SQLSTATE 22P02)');
  });

  it('tells a fault of the product from a refusal', () => {
    expect(refusalReason(new TypeError('x is not a function'))).toBe(
      'The product failed on it: x is not a function',
    );
    expect(refusalReason('refused')).toBe('refused');
  });
});
