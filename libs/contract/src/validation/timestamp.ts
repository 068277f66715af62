const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?([Zz]|[+-]\d{2}(:?\d{2})?)?$/;

/** An instant that was read from ISO 8601 text. */
export interface Timestamp {
  /** Milliseconds since 1970. */
  time: number;
  /** Whether the text was a date without a time; `time` is then its beginning in UTC. */
  isDate: boolean;
}

/**
 * Reads an ISO 8601 date (`2026-01-31`) or date with time (`2026-01-31T10:00:00.000Z`, `…+02:00`, seconds and
 * fractions optional, UTC when no zone is given). Null for anything else, for days that no month has, and for years
 * outside 1 to 9999, which Postgres or ISO 8601 would print differently.
 */
export function parseTimestamp(text: string): Timestamp | null {
  const match = DATE.exec(text) ?? DATE_TIME.exec(text);
  if (match === null || !isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  const isDate = text.length === 10;
  const time = Date.parse(isDate ? `${text}T00:00:00.000Z` : normalized(text));
  const year = new Date(time).getUTCFullYear();
  return Number.isNaN(time) || year < 1 || year > 9999 ? null : { time, isDate };
}

/** The one spelling that `Date.parse` reads everywhere: upper-case `T` and `Z`, a dot, a zone with a colon. */
function normalized(text: string): string {
  const body = text.toUpperCase().replace(' ', 'T').replace(',', '.');
  const zone = /(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$/.exec(body.slice(11))?.[0] ?? '';
  const clock = body.slice(0, body.length - zone.length).replace(/(\.\d{3})\d+$/, '$1');
  if (zone === '' || zone === 'Z') return `${clock}Z`;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${clock}${zone[0] ?? '+'}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
