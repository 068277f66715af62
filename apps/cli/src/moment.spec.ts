import fc from 'fast-check';
import { UsageError } from './errors';
import { parseMoment } from './moment';

describe('parseMoment', () => {
  it.each([
    ['2027-01-01', '2027-01-01T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2027-01-01T12:30:00Z', '2027-01-01T12:30:00.000Z'],
    ['2027-01-01T12:30:00.250+02:00', '2027-01-01T10:30:00.250Z'],
  ])('reads %s', (text, expected) => {
    expect(parseMoment('--expires', text).toISOString()).toBe(expected);
  });

  it.each(['', 'tomorrow', '2027', '2027-02-30', '2027-13-01', '2027-01-01T12:30:00', '01/02/2027', '1e12'])(
    'refuses %j',
    (text) => {
      expect(() => parseMoment('--expires', text)).toThrow(UsageError);
    },
  );

  it('never returns a date that is none', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/)),
        (text) => {
          try {
            expect(parseMoment('--expires', text).getTime()).not.toBeNaN();
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });
});
