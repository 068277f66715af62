import type { Queryable } from '@sessions/runtime';
import { passes } from './session-features';
import type { SessionFilters } from './session-filters';
import { ALIKE, DAY, endDay, listedOf, readPage, withTotal } from './session-page';
import type { ListedSessions, ListPage, PageRow } from './session-page';
import { periodsOf } from './session-periods';
import { CREATED_TOTAL, TOTAL, TOTAL_VALUES, totalValues, wholeValues } from './session-totals';

const PROJECT = '$1::uuid';
const TIME = `$${TOTAL_VALUES.created + 1}::timestamptz`;
const LIMIT = `$${TOTAL_VALUES.created + 2}::bigint`;
const OFFSET = `$${TOTAL_VALUES.created + 3}::bigint`;
/** The offset among the values of the day. */
const DAY_OFFSET = `$${TOTAL_VALUES.undated + 1}::bigint`;

/** Which day has the session at an offset, if all were active on the day that they were created. */
const DAY_AT = {
  name: 'session_day_at',
  text: `WITH month AS (
      SELECT starts, later FROM (
        SELECT starts, sum(sum(sessions)) OVER (ORDER BY starts DESC) - sum(sessions) AS later FROM session_counts
        WHERE project_id = $1 AND source = $2 AND period = 'month' AND ${passes('features', ['$3::smallint', '$4::smallint', '$5::smallint'])}
        GROUP BY starts) AS months
      WHERE later <= ${DAY_OFFSET} ORDER BY starts LIMIT 1)
    SELECT extract(epoch FROM days.starts) * 1000 AS time FROM month, LATERAL (
      SELECT starts, sum(sum(sessions)) OVER (ORDER BY starts DESC) - sum(sessions) AS later FROM session_counts
      WHERE project_id = $1 AND source = $2 AND period = 'day' AND ${passes('features', ['$3::smallint', '$4::smallint', '$5::smallint'])}
      AND starts >= month.starts AND starts < month.starts + interval '1 month'
      GROUP BY starts) AS days
    WHERE month.later + days.later <= ${DAY_OFFSET} ORDER BY days.starts LIMIT 1`,
};

/**
 * The most sessions to count across the time, or to walk back from it to the page: a part of what the walk from the
 * newest passes, or so few that it does not matter. Of a million sessions imported at once a page at 25,000 takes 8 ms, at
 * 500,000 101 ms; without a bound 154 and 221 ms, by the walk alone 5 and 79 ms.
 */
const MOST = `greatest(${OFFSET} / 4, 10000)`;

/** How many sessions were active since a time, though created before it, or the other way around; no more than needed. */
const across = (firstDay: string, lastDay: string, active: string) => `(SELECT count(*) FROM (SELECT
    FROM generate_series((${firstDay})::timestamp, (${lastDay})::timestamp, '1 day') AS day, LATERAL (
      SELECT FROM sessions WHERE project_id = ${PROJECT} AND ${DAY} = day::date AND last_activity_at ${active} ${TIME} AND ${ALIKE}
      OFFSET 0) AS sessions
    LIMIT ${MOST} + 1) AS sessions)`;

const TIME_DAY = `(${TIME} AT TIME ZONE 'UTC')::date`;

/**
 * How many sessions were active since a time: those that were created since then, which are counted, and the others.
 * No row if the time turns out to be no place to start from: imported history was all created on a few days, but active
 * over years.
 */
const ACTIVE = `SELECT sessions FROM (
      SELECT late, early, (created + late - early)::bigint AS sessions FROM (
        SELECT ${CREATED_TOTAL} AS created,
          ${across(endDay('ASC'), `least(${TIME_DAY} - 1, ${endDay('DESC')})`, '>=')} AS late,
          ${across(`greatest(${TIME_DAY}, ${endDay('ASC')})`, endDay('DESC'), '<')} AS early OFFSET 0) AS parts
    ) AS since WHERE late <= ${MOST} AND early <= ${MOST} AND sessions - ${OFFSET} <= ${MOST}`;

/** So many sessions in the order of the list, or against it, from the time on. */
const walk = (active: string, direction: 'ASC' | 'DESC', limit: string, offset: string) => `(
    SELECT id, last_activity_at FROM (
      SELECT id, last_activity_at, source, features FROM sessions
      WHERE project_id = ${PROJECT} AND last_activity_at ${active} ${TIME}
      ORDER BY last_activity_at ${direction}, id ${direction} OFFSET 0
    ) AS walked WHERE ${ALIKE} ORDER BY last_activity_at ${direction}, id ${direction}
    LIMIT ${limit} OFFSET ${offset})`;

/** How many places before the time the page begins, and how many of the page's sessions are there and after it. */
const AHEAD = `greatest(0, (SELECT sessions FROM active) - ${OFFSET})`;
const FROM_AHEAD = `least(${LIMIT}, ${AHEAD})`;
const FROM_BEHIND = `CASE WHEN EXISTS (SELECT FROM active) THEN ${LIMIT} - ${FROM_AHEAD} ELSE 0 END`;

const DEEP_PAGE = {
  name: 'session_page_deep',
  text: `WITH active AS MATERIALIZED (${ACTIVE})
    ${withTotal(
      `(SELECT ${TOTAL.undated} FROM active)`,
      `${walk('>=', 'ASC', FROM_AHEAD, `greatest(0, ${AHEAD} - ${LIMIT})`)}
      UNION ALL ${walk('<', 'DESC', FROM_BEHIND, `greatest(0, ${OFFSET} - (SELECT sessions FROM active))`)}`,
    )}`,
};

/**
 * A page far down a list, and how many sessions the whole list has, as of one moment. How many were active since a time
 * is counted exactly, from what is kept by day of creation and, by an index, those that were created on the other side
 * of it, so that only what lies between that time and the page is walked. The time is a guess, on which only speed
 * depends; where sessions were not active near the day of their creation, so that it is no help, the list is walked from
 * the newest. To walk 500,000 sessions takes 57 ms of processor time at the least.
 */
export async function readDeepPage(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  page: ListPage,
): Promise<ListedSessions> {
  const values = totalValues(projectId, filters);
  const { rows: days } = await connection.query<{ time: string }>(DAY_AT, [...values, page.offset]);
  const time = Number(days[0]?.time ?? 0);
  const { rows } = await connection.query<PageRow | { listed: null; total: null }>(DEEP_PAGE, [
    ...values,
    ...wholeValues(periodsOf(time).whole),
    new Date(time),
    page.limit,
    page.offset,
  ]);
  const found = rows.filter((row): row is PageRow => row.total !== null);
  return found.length === 0
    ? readPage(connection, projectId, filters, page, 'walk')
    : listedOf(found, projectId);
}
