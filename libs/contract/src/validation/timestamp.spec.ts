import fc from 'fast-check';
import { parseTimestamp } from './timestamp';

const date = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-30T23:59:59.999Z'),
  noInvalidDate: true,
});

/** The same instant as seen from a place so many minutes east of Greenwich. */
function inZone(instant: Date, minutes: number, separator: string): string {
  const local = new Date(instant.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(hours)}${separator}${two(rest)}`;
}

describe('parseTimestamp', () => {
  it('reads every spelling of an instant as that instant', () => {
    const zone = fc.integer({ min: -23 * 60, max: 23 * 60 });
    fc.assert(
      fc.property(date, zone, (instant, minutes) => {
        const iso = instant.toISOString();
        const spellings = [
          iso,
          iso.toLowerCase(),
          iso.replace('T', ' '),
          iso.replace('.', ','),
          iso.replace('Z', '999999Z'),
          iso.slice(0, -1),
          inZone(instant, minutes, ':'),
          inZone(instant, minutes, ''),
        ];
        for (const spelling of spellings) {
          expect([spelling, parseTimestamp(spelling)]).toEqual([
            spelling,
            { time: instant.getTime(), isDate: false },
          ]);
        }
      }),
    );
  });

  it('reads a date as its beginning in UTC', () => {
    fc.assert(
      fc.property(date, (instant) => {
        const day = instant.toISOString().slice(0, 10);
        expect(parseTimestamp(day)).toEqual({ time: Date.parse(`${day}T00:00:00.000Z`), isDate: true });
      }),
    );
  });

  it.each([
    ['2026-01-31T10:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00.5Z', '2026-01-31T10:00:00.500Z'],
    ['2026-01-31T10:00:00.123456789Z', '2026-01-31T10:00:00.123Z'],
    ['2026-01-31T10:00:00+02', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31T10:00:00-0530', '2026-01-31T15:30:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(new Date(parseTimestamp(text)?.time ?? NaN).toISOString()).toBe(instant);
  });

  it.each([
    ...['', 'soon', '2026', '2026-01', '20260131', '2026-1-1', '1767225600', 'Sat, 31 Jan 2026 10:00:00 GMT'],
    ...['2026-02-29', '1900-02-29', '2026-02-30', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00'],
    ...['2026-02-30T10:00:00Z', '2026-01-31T25:00:00Z', '2026-01-31T10:60:00Z', '2026-01-31T10:00:61Z'],
    ...['2026-01-31T10Z', '2026-01-31T10:00:00.Z', '2026-01-31T10:00:00+25:00', '2026-01-31T', '2026-01-31Z'],
    ...['0000-01-01', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00', '10000-01-01', '-0001-01-01'],
    ...[' 2026-01-31', '2026-01-31 ', '2026-01-31T10:00:00Z\n', '２０２６-01-31'],
  ])('refuses %j', (text) => expect(parseTimestamp(text)).toBeNull());

  it('never throws', () => {
    const near = fc.stringMatching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        const parsed = parseTimestamp(text);
        if (parsed !== null) expect(new Date(parsed.time).toISOString()).toMatch(/^\d{4}-/);
      }),
      { numRuns: 2000 },
    );
  });
});
