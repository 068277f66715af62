/** Days or whole months in a row, by their first and last day: ISO 8601 dates, or `-infinity` and `infinity`. */
export interface CountedPeriod {
  period: 'day' | 'month';
  first: string;
  last: string;
  /** -1 for days that a month counts but that are not in the range. */
  times: 1 | -1;
}

/** A part of one day, both ends included. */
export interface PartOfDay {
  first: Date;
  last: Date;
}

/** What a range of time is made of. */
export interface Periods {
  whole: CountedPeriod[];
  parts: PartOfDay[];
}

const DAY_MS = 86_400_000;

/**
 * Takes a range of time, both ends included and in milliseconds since 1970, apart into months, days and parts of days.
 * A month of which the range has most is counted as a whole, and its other days are taken away: counts of a day are as
 * many as those of a month.
 */
export function periodsOf(from = -Infinity, to = Infinity): Periods {
  if (from > to) return { whole: [], parts: [] };
  const first = Math.ceil(from / DAY_MS);
  const end = Math.floor((to + 1) / DAY_MS);
  if (first > end) return { whole: [], parts: [{ first: new Date(from), last: new Date(to) }] };
  const parts: PartOfDay[] = [];
  if (from < first * DAY_MS) parts.push({ first: new Date(from), last: new Date(first * DAY_MS - 1) });
  if (to > end * DAY_MS - 1) parts.push({ first: new Date(end * DAY_MS), last: new Date(to) });
  return { whole: wholePeriods(first, end), parts };
}

/** Days are numbered from 1970; ranges of them leave out their end. */
function wholePeriods(first: number, end: number): CountedPeriod[] {
  const whole: CountedPeriod[] = [];
  const add = (period: 'day' | 'month', from: number, to: number, times: 1 | -1 = 1) => {
    if (from < to) whole.push({ period, first: dateOf(from), last: dateOf(to - 1), times });
  };
  const inner = { first: monthFrom(first), end: monthOf(end) };
  if (inner.first > inner.end) {
    add('day', first, end);
    return whole;
  }
  const months = {
    first: nearer(first, monthOf(first), inner.first),
    end: nearer(end, inner.end, monthFrom(end)),
  };
  add('day', months.first, first, -1);
  add('day', first, months.first);
  add('month', months.first, months.end);
  add('day', months.end, end);
  add('day', end, months.end, -1);
  return whole;
}

/** Which of the ends of the month that a day is in has fewer days between. */
function nearer(day: number, before: number, after: number): number {
  return after - day <= day - before ? after : before;
}

/** The first day of the month that a day is in, or of one so many months later. */
function monthOf(day: number, later = 0): number {
  if (!Number.isFinite(day)) return day;
  const date = new Date(day * DAY_MS);
  return date.setUTCMonth(date.getUTCMonth() + later, 1) / DAY_MS;
}

/** The first day of the first month that does not begin before a day. */
function monthFrom(day: number): number {
  const month = monthOf(day);
  return month === day ? month : monthOf(day, 1);
}

/** Postgres knows no year 0 and needs no year after 9999; what lies there is before or after everything. */
function dateOf(day: number): string {
  if (!Number.isFinite(day)) return day < 0 ? '-infinity' : 'infinity';
  const text = new Date(day * DAY_MS).toISOString();
  if (text.startsWith('+')) return 'infinity';
  return text < '0001' ? '-infinity' : text.slice(0, 10);
}
