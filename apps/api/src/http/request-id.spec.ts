import { requestIdOf } from './request-id';

const idOf = (given: string | string[] | undefined) => requestIdOf({ headers: { 'x-request-id': given } });

describe('requestIdOf', () => {
  it.each(['abc', 'trace-1/2:3', '~', 'x'.repeat(128)])('echoes %s', (given) =>
    expect(idOf(given)).toBe(given),
  );

  it.each([undefined, '', 'a b', 'a\n', 'é', 'x'.repeat(129), ['a', 'b']])(
    'makes one instead of %j',
    (given) => {
      expect(idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
      expect(idOf(given)).not.toBe(idOf(given));
    },
  );
});
