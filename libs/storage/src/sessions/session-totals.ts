import type { Queryable } from '@sessions/runtime';
import { featureTest, passes } from './session-features';
import type { SessionFilters } from './session-filters';
import { periodsOf } from './session-periods';
import type { CountedPeriod } from './session-periods';

/** About how many sessions of a project its filters leave, which tells how to find a page of them. */
export interface Estimates {
  /** Sessions that pass all filters. */
  matching: number;
  /** Sessions that pass all filters but the dates. */
  alike: number;
  /** Sessions that were created within the dates, whatever else is asked. */
  dated: number;
  /** Sessions that were created after the month in which the dates end. */
  later: number;
  /** All sessions. */
  stored: number;
  /** The month, in milliseconds since 1970, in which the first of them was created; 0 when no dates are given. */
  since: number;
}

/** The test of the features; before it stand the project as `$1` and the source, or `''` for any, as `$2`. */
const TEST: [string, string, string] = ['$3::smallint', '$4::smallint', '$5::smallint'];

const UNDATED_TOTAL = `(
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = 'all' AND ${passes('features', TEST)})
      + (SELECT coalesce(sum(sessions), 0) FROM session_count_deltas
        WHERE project_id = $1 AND ($2 = '' OR source = $2) AND ${passes('features', TEST)}))`;

/** Further, whole days and months as `$6` to `$9`, the parts of days as `$10` and `$11`, the dates as `$12` and `$13`. */
const ASKED = `asked AS MATERIALIZED (
      SELECT * FROM unnest($6::text[], $7::date[], $8::date[], $9::smallint[]) AS asked (period, first, last, times)
    )`;

/** How many were created in whole days and months. */
const CREATED = `(
      (SELECT coalesce(sum(times * counted.sessions), 0) FROM asked, LATERAL (
        SELECT sum(sessions) AS sessions FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = asked.period AND starts BETWEEN first AND last
        AND ${passes('features', TEST)}) AS counted)
      + (SELECT coalesce(sum(times * sessions), 0) FROM session_count_deltas JOIN asked ON day BETWEEN first AND last
        WHERE project_id = $1 AND ($2 = '' OR source = $2) AND ${passes('features', TEST)}))`;

/** The exact number of what filters on columns of few values leave of whole days and months. */
export const CREATED_TOTAL = `(WITH ${ASKED} SELECT ${CREATED})`;

/** Parts of days are counted by an index; that reads 20,000 entries where a project gets so many sessions a day. */
const DATED_TOTAL = `(WITH ${ASKED} SELECT ${CREATED}
      + (SELECT count(*) FROM unnest($10::timestamptz[], $11::timestamptz[]) AS parts (first, last), LATERAL (
        SELECT FROM sessions
        WHERE project_id = $1 AND (created_at AT TIME ZONE 'UTC')::date = (first AT TIME ZONE 'UTC')::date
        AND created_at BETWEEN first AND last AND ($2 = '' OR source = $2) AND ${passes('features', TEST)}
        OFFSET 0) AS matching))`;

/** The exact total of what filters on columns of few values, and perhaps dates, leave; see migration 0006 for how. */
export const TOTAL = { undated: UNDATED_TOTAL, dated: DATED_TOTAL };

/** How many values a total has; those of a statement around it come after them. */
export const TOTAL_VALUES = { undated: 5, created: 9, dated: 13 };

const ESTIMATE_UNDATED = {
  name: 'session_estimates',
  text: `SELECT ${UNDATED_TOTAL} AS matching,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'all') AS stored`,
};

/** Parts of days, and what was written in the last seconds, are left out. `$10` is the date that ends the range. */
const ESTIMATE_DATED = {
  name: 'session_estimates_dated',
  text: `WITH ${ASKED}, counted AS MATERIALIZED (
      SELECT source, sum(times * sessions) AS sessions, sum(times * sessions) FILTER (WHERE ${passes('features', TEST)}) AS passing
      FROM asked, LATERAL (
        SELECT source, features, sessions FROM session_counts
        WHERE project_id = $1 AND source IN ('', $2) AND period = asked.period AND starts BETWEEN first AND last
        OFFSET 0) AS counts
      GROUP BY source
    ) SELECT
      (SELECT coalesce(sum(passing), 0) FROM counted WHERE source = $2) AS matching,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = 'all' AND ${passes('features', TEST)}) AS alike,
      (SELECT coalesce(sum(sessions), 0) FROM counted WHERE source = '') AS dated,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'month' AND starts > ($10::timestamptz AT TIME ZONE 'UTC')::date) AS later,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'all') AS stored,
      (SELECT extract(epoch FROM min(starts)) * 1000 FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'month') AS since`,
};

/** The values of a total. */
export function totalValues(projectId: string, filters: SessionFilters): unknown[] {
  const { dateFrom, dateTo, source = '' } = filters;
  const { mask, value, anyOf } = featureTest(filters);
  const values: unknown[] = [projectId, source, mask, value, anyOf];
  if (!isDated(filters)) return values;
  const { whole, parts } = periodsOf(dateFrom, dateTo);
  return [
    ...values,
    ...wholeValues(whole),
    parts.map(({ first }) => first),
    parts.map(({ last }) => last),
    dateFrom === undefined ? '-infinity' : new Date(dateFrom),
    dateTo === undefined ? 'infinity' : new Date(dateTo),
  ];
}

/** The values of whole days and months. */
export function wholeValues(whole: readonly CountedPeriod[]): unknown[] {
  return [
    whole.map(({ period }) => period),
    whole.map(({ first }) => first),
    whole.map(({ last }) => last),
    whole.map(({ times }) => times),
  ];
}

/** Whether the filters hold a date. */
export function isDated({ dateFrom, dateTo }: SessionFilters): boolean {
  return dateFrom !== undefined || dateTo !== undefined;
}

/** Reads the estimates for filters on columns of few values, and dates. */
export async function estimatesOf(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
): Promise<Estimates> {
  const values = totalValues(projectId, filters);
  const { rows } = await connection.query<Partial<Record<keyof Estimates, string>>>(
    isDated(filters) ? ESTIMATE_DATED : ESTIMATE_UNDATED,
    isDated(filters) ? [...values.slice(0, 9), values.at(-1)] : values,
  );
  const { matching = 0, stored = 0, alike = matching, dated = stored, later = 0, since = 0 } = rows[0] ?? {};
  return {
    matching: Number(matching),
    alike: Number(alike),
    dated: Number(dated),
    later: Number(later),
    stored: Number(stored),
    since: Number(since),
  };
}
