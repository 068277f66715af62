import fc from 'fast-check';
import { periodsOf } from './session-periods';

const DAY_MS = 86_400_000;
const at = (text: string) => Date.parse(text);
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const monthOf = (time: number) => `${dayOf(time).slice(0, 7)}-01`;

/** How often a session that was created at this time is counted. */
function timesCounted(time: number, from?: number, to?: number): number {
  const { whole, parts } = periodsOf(from, to);
  const inWhole = whole.map(({ period, first, last, times }) => {
    const starts = period === 'day' ? dayOf(time) : monthOf(time);
    return (first === '-infinity' || first <= starts) && (last === 'infinity' || starts <= last) ? times : 0;
  });
  const inParts = parts.filter(({ first, last }) => Number(first) <= time && time <= Number(last));
  return inWhole.reduce((sum: number, times) => sum + times, inParts.length);
}

describe('periodsOf', () => {
  it('takes months as a whole, then days, then parts of days', () => {
    expect(periodsOf(at('2026-01-30T12:00:00.000Z'), at('2026-04-02T11:59:59.999Z'))).toEqual({
      whole: [
        { period: 'day', first: '2026-01-31', last: '2026-01-31', times: 1 },
        { period: 'month', first: '2026-02-01', last: '2026-03-31', times: 1 },
        { period: 'day', first: '2026-04-01', last: '2026-04-01', times: 1 },
      ],
      parts: [
        { first: new Date('2026-01-30T12:00:00.000Z'), last: new Date('2026-01-30T23:59:59.999Z') },
        { first: new Date('2026-04-02T00:00:00.000Z'), last: new Date('2026-04-02T11:59:59.999Z') },
      ],
    });
  });

  it('takes everything before or after a day in few periods', () => {
    expect(periodsOf(at('2026-03-30T00:00:00.000Z'))).toEqual({
      whole: [
        { period: 'day', first: '2026-03-30', last: '2026-03-31', times: 1 },
        { period: 'month', first: '2026-04-01', last: 'infinity', times: 1 },
      ],
      parts: [],
    });
    expect(periodsOf(undefined, at('2026-03-02T23:59:59.999Z')).whole).toEqual([
      { period: 'month', first: '-infinity', last: '2026-02-28', times: 1 },
      { period: 'day', first: '2026-03-01', last: '2026-03-02', times: 1 },
    ]);
  });

  it('counts a month of which most is within as a whole, without its other days', () => {
    expect(periodsOf(at('2026-01-03T00:00:00.000Z'), at('2026-03-29T23:59:59.999Z')).whole).toEqual([
      { period: 'day', first: '2026-01-01', last: '2026-01-02', times: -1 },
      { period: 'month', first: '2026-01-01', last: '2026-03-31', times: 1 },
      { period: 'day', first: '2026-03-30', last: '2026-03-31', times: -1 },
    ]);
  });

  it('names no day that Postgres does not know, at the ends of time', () => {
    const ends = [
      periodsOf(at('9999-12-15T00:00:00.000Z')),
      periodsOf(undefined, at('0001-01-15T23:59:59.999Z')),
    ];
    for (const { first, last } of ends.flatMap(({ whole }) => whole)) {
      expect([first, last].join()).toMatch(/^(-?infinity|\d{4}-\d\d-\d\d),(-?infinity|\d{4}-\d\d-\d\d)$/);
    }
  });

  it('counts every moment within the range once, and none outside it', () => {
    const start = at('2024-01-01T00:00:00.000Z');
    const time = fc.oneof(
      fc.integer({ min: 0, max: 800 * DAY_MS }).map((ms) => start + ms),
      fc.integer({ min: 0, max: 800 }).map((day) => start + day * DAY_MS),
      fc.integer({ min: 0, max: 800 }).map((day) => start + day * DAY_MS - 1),
    );
    const end = fc.option(time, { nil: undefined });
    fc.assert(
      fc.property(end, end, fc.array(time), (from, to, times) => {
        const ends = [from, to].flatMap((bound) =>
          bound === undefined ? [] : [bound - 1, bound, bound + 1],
        );
        for (const moment of [...times, ...ends]) {
          const within = moment >= (from ?? -Infinity) && moment <= (to ?? Infinity);
          expect(timesCounted(moment, from, to)).toBe(within ? 1 : 0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
