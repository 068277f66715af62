import type { Queryable } from '@sessions/runtime';
import { featureTest, passes } from './session-features';
import type { SessionFilters } from './session-filters';
import { periodsOf } from './session-periods';

/** How many sessions of a project match its filters, and what else tells how to find a page of them. */
export interface Totals {
  /** Sessions that pass all filters. Exact; the others leave out what was written in the last seconds. */
  matching: number;
  /** Sessions that pass all filters but the dates. */
  alike: number;
  /** Sessions that were created within the dates, whatever else is asked. */
  dated: number;
  /** Sessions that were created after the dates. */
  later: number;
  /** All sessions. */
  stored: number;
  /** The month, in milliseconds since 1970, in which the first of them was created; 0 when no dates are given. */
  since: number;
}

const TEST: [string, string, string] = ['$3::smallint', '$4::smallint', '$5::smallint'];

/** `$1` is the project, `$2` the source or `''` for any, and the test of the features follows. */
const UNDATED = {
  name: 'session_totals',
  text: `SELECT
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = 'all' AND ${passes('features', TEST)})
      + (SELECT coalesce(sum(sessions), 0) FROM session_count_deltas
        WHERE project_id = $1 AND ($2 = '' OR source = $2) AND ${passes('features', TEST)}) AS matching,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'all') AS stored`,
};

/**
 * Further, the whole days and months as `$6` to `$8`, the parts of days as `$9` and `$10`, and the last day as `$11`.
 * Parts of days are counted by an index; that reads 20,000 entries where a project gets so many sessions a day.
 */
const DATED = {
  name: 'session_totals_dated',
  text: `WITH asked AS MATERIALIZED (
      SELECT * FROM unnest($6::text[], $7::date[], $8::date[]) AS asked (period, first, last)
    ), counted AS MATERIALIZED (
      SELECT counts.* FROM asked, LATERAL (
        SELECT source, features, sessions FROM session_counts
        WHERE project_id = $1 AND source IN ('', $2) AND period = asked.period AND starts BETWEEN first AND last
        OFFSET 0) AS counts
    )
    SELECT
      (SELECT coalesce(sum(sessions), 0) FROM counted WHERE source = $2 AND ${passes('features', TEST)})
      + (SELECT coalesce(sum(sessions), 0) FROM session_count_deltas JOIN asked ON day BETWEEN first AND last
        WHERE project_id = $1 AND ($2 = '' OR source = $2) AND ${passes('features', TEST)})
      + (SELECT count(*) FROM unnest($9::timestamptz[], $10::timestamptz[]) AS parts (first, last), LATERAL (
        SELECT FROM sessions
        WHERE project_id = $1 AND (created_at AT TIME ZONE 'UTC')::date = (first AT TIME ZONE 'UTC')::date
        AND created_at BETWEEN first AND last AND ($2 = '' OR source = $2) AND ${passes('features', TEST)}
        OFFSET 0) AS matching) AS matching,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = 'all' AND ${passes('features', TEST)}) AS alike,
      (SELECT coalesce(sum(sessions), 0) FROM counted WHERE source = '') AS dated,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'month' AND starts > $11::date) AS later,
      (SELECT coalesce(sum(sessions), 0) FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'all') AS stored,
      (SELECT extract(epoch FROM min(starts)) * 1000 FROM session_counts
        WHERE project_id = $1 AND source = '' AND period = 'month') AS since`,
};

type Row = Record<keyof Totals, string>;

/** Counts what filters on columns of few values, and on dates, leave of a project; see migration 0006 for how. */
export async function totalsOf(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
): Promise<Totals> {
  const { dateFrom, dateTo, source = '' } = filters;
  const { mask, value, anyOf } = featureTest(filters);
  const values: unknown[] = [projectId, source, mask, value, anyOf];
  if (dateFrom === undefined && dateTo === undefined) {
    const { rows } = await connection.query<Pick<Row, 'matching' | 'stored'>>(UNDATED, values);
    const [matching, stored] = [Number(rows[0]?.matching), Number(rows[0]?.stored)];
    return { matching, alike: matching, dated: stored, later: 0, stored, since: 0 };
  }
  const { whole, parts } = periodsOf(dateFrom, dateTo);
  const { rows } = await connection.query<Row>(DATED, [
    ...values,
    whole.map(({ period }) => period),
    whole.map(({ first }) => first),
    whole.map(({ last }) => last),
    parts.map(({ first }) => first),
    parts.map(({ last }) => last),
    dateTo === undefined ? 'infinity' : new Date(dateTo).toISOString().slice(0, 10),
  ]);
  const [row] = rows;
  return {
    matching: Number(row?.matching),
    alike: Number(row?.alike),
    dated: Number(row?.dated),
    later: Number(row?.later),
    stored: Number(row?.stored),
    since: Number(row?.since),
  };
}
