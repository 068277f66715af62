import { ApiError, newUuid } from '@sessions/contract';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor';

describe('a cursor', () => {
  it('comes back as it was, and is safe in an address', () => {
    const time = fc.date({
      min: new Date('0001-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    const position = fc.record({
      after: fc.record({ lastActivityAt: time.map((date) => date.toISOString()), id: fc.uuid() }),
    });
    fc.assert(
      fc.property(fc.oneof(position, fc.record({ offset: fc.maxSafeNat() })), (cursor) => {
        const text = encodeCursor(cursor);
        expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodeCursor(text)).toEqual(cursor);
      }),
    );
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = newUuid();

  it.each([
    ...['', 'x', '-', 'null', 'W10', encoded(null), encoded({}), encoded([]), encoded(['1']), encoded([-1])],
    ...[
      encoded([1.5]),
      encoded([2 ** 53]),
      encoded([1, 2]),
      encoded([1, 'x']),
      encoded([1, id.toUpperCase()]),
    ],
    ...[encoded([-62_135_596_800_001, id]), encoded([253_402_300_800_000, id]), encoded([null, id])],
  ])('that no list gave out, such as %j, is refused', (text) => {
    expect(() => decodeCursor(text)).toThrow('cursor must be the next_cursor of an earlier page, unchanged.');
  });

  it('of any text gives a position or a 400', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(Object.keys(decodeCursor(given))).toHaveLength(1);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect(error).toMatchObject({ status: 400 });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
