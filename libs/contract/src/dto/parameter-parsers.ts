import { textProblem } from '../validation/json-value';
import { parseTimestamp } from '../validation/timestamp';

const DAY_MS = 86_400_000;

/** A parameter's parser gives its value, or a problem as the rest of a sentence: `must …`. */
export type Parser = (text: string) => { value: unknown } | { must: string };

/** Text of at least one character that Postgres can hold. */
export const text: Parser = (value) => {
  const must = value === '' ? 'must not be empty; leave it out instead' : textProblem(value);
  return must === null ? { value } : { must };
};

/** `true` or `false`. */
export const boolean: Parser = (value) =>
  value === 'true' || value === 'false' ? { value: value === 'true' } : { must: 'must be true or false' };

/** One of the values. */
export const oneOf =
  (allowed: readonly string[]): Parser =>
  (value) =>
    allowed.includes(value) ? { value } : { must: `must be one of ${allowed.join(', ')}` };

/** Values separated by commas; duplicates collapse. With `allowed`, only those. */
export const listOf =
  (allowed?: readonly string[]): Parser =>
  (value) => {
    const must = textProblem(value);
    if (must !== null) return { must };
    const items = [...new Set(value.split(',').map((item) => item.trim()))].filter((item) => item !== '');
    if (items.length === 0) return { must: 'must name at least one, separated by commas' };
    const unknown = allowed && items.find((item) => !allowed.includes(item));
    if (unknown !== undefined) {
      return {
        must: `must be a comma-separated list of ${allowed?.join(', ')}; "${unknown}" is none of them`,
      };
    }
    return { value: items };
  };

/** A whole number within the bounds. */
export const whole =
  (min: number, max: number): Parser =>
  (value) => {
    const number = Number(value);
    return /^\d{1,16}$/.test(value) && number >= min && number <= max
      ? { value: number }
      : { must: `must be a whole number from ${min} to ${max}` };
  };

/** A `+` that was not escaped arrives as a blank, so `2026-01-31T10:00:00 02:00` means the zone +02:00. */
function readDate(value: string) {
  return parseTimestamp(value) ?? parseTimestamp(value.replace(/ (?=\d{2}(:?\d{2})?$)/, '+'));
}

/** An ISO 8601 date, as milliseconds since 1970; with `end`, a bare date means the end of its day. */
export const date =
  (end: boolean): Parser =>
  (value) => {
    const parsed = readDate(value);
    if (parsed === null)
      return { must: 'must be an ISO 8601 date such as 2026-01-31 or 2026-01-31T10:00:00Z' };
    return { value: end && parsed.isDate ? parsed.time + DAY_MS - 1 : parsed.time };
  };
