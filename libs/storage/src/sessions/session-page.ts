import { SESSION_SOURCES } from '@sessions/contract';
import type { SessionRecord } from '@sessions/contract';
import type { Queryable } from '@sessions/runtime';
import { featureTest, passes } from './session-features';
import type { SessionFilters } from './session-filters';
import { READ_COLUMNS } from './session-row';
import type { SessionRow } from './session-row';
import type { Totals } from './session-totals';

/** The last session of a page, after which the next page begins. */
export interface ListPosition {
  /** ISO 8601. */
  lastActivityAt: string;
  /** UUID. */
  id: string;
}

/** Which part of a list is wanted. */
export interface ListPage {
  limit: number;
  /** Sessions to skip; not together with `after`. */
  offset: number;
  after?: ListPosition;
}

/** A page of a list, and how many sessions the whole list has, as of one moment. */
export interface ListedSessions {
  records: SessionRecord[];
  total: number;
}

/** How to find a page; see `planOf`. */
type PagePlan = 'walk' | 'days' | 'features';

/** The values of the statements, in their order. */
const [PROJECT, SOURCE, MASK, VALUE, ANY_OF, TIME, ID, LIMIT, OFFSET, FROM, TO, SOURCES] = [
  ...['$1::uuid', '$2::text', '$3::smallint', '$4::smallint', '$5::smallint', '$6::timestamptz', '$7::uuid'],
  ...['$8::bigint', '$9::bigint', '$10::timestamptz', '$11::timestamptz', '$12::text[]'],
] as const;

const ORDER = 'last_activity_at DESC, id DESC';
const DAY = `(created_at AT TIME ZONE 'UTC')::date`;
const CREATED = `created_at BETWEEN ${FROM} AND ${TO}`;
const BEHIND = `(last_activity_at, id) < (${TIME}, ${ID})`;
const PASSES = `${passes('features', [MASK, VALUE, ANY_OF])} AND (${SOURCE} = '' OR source = ${SOURCE})`;

/** Which part of the page's sessions is read of each day at first. */
const FEW = 8;

const WANTED = `(${LIMIT} + ${OFFSET})`;

/** Postgres cannot know how many sessions pass, and may prefer to sort them all: `OFFSET 0` keeps it to the index. */
const inOrder = (condition: string, passing: string, most = WANTED) => `(SELECT id, last_activity_at FROM (
    SELECT id, last_activity_at, created_at, source, features FROM sessions
    WHERE project_id = ${PROJECT} AND ${condition} AND ${BEHIND} ORDER BY ${ORDER} OFFSET 0
  ) AS walked WHERE ${passing} ORDER BY ${ORDER} LIMIT ${most})`;

/** The day at one end of those that sessions of the project were created on. */
const endDay = (direction: 'ASC' | 'DESC') =>
  `(SELECT ${DAY} FROM sessions WHERE project_id = ${PROJECT} ORDER BY ${DAY} ${direction} LIMIT 1)`;

/** Where the sessions of a page, and perhaps some more, are found. */
const FOUND: Readonly<Record<PagePlan | 'walkDated', string>> = {
  walk: inOrder('true', PASSES),
  // Comparing each session with open dates as well would take 130 ms instead of 67 to an offset of 500,000.
  walkDated: inOrder('true', `${PASSES} AND ${CREATED}`),
  // A few of each day tell how far back the page can reach at most, which leaves most days out of the second reading.
  days: `(WITH few AS MATERIALIZED (
      SELECT day, found.* FROM generate_series(
        greatest((${FROM} AT TIME ZONE 'UTC')::date, ${endDay('ASC')})::timestamp,
        least((${TO} AT TIME ZONE 'UTC')::date, ${endDay('DESC')})::timestamp, '1 day') AS day,
      LATERAL ${inOrder(`${DAY} = day::date`, `${PASSES} AND ${CREATED}`, `${WANTED} / ${FEW} + 1`)} AS found
    ), reach AS MATERIALIZED (
      SELECT coalesce(min(last_activity_at) FILTER (WHERE place = ${WANTED}), '-infinity') AS earliest
      FROM (SELECT last_activity_at, row_number() OVER (ORDER BY last_activity_at DESC) AS place FROM few) AS placed
    )
    SELECT found.* FROM (
      SELECT day FROM few GROUP BY day HAVING max(last_activity_at) >= (SELECT earliest FROM reach)
    ) AS days, LATERAL ${inOrder(
      `${DAY} = day::date AND last_activity_at >= (SELECT earliest FROM reach)`,
      `${PASSES} AND ${CREATED}`,
    )} AS found)`,
  features: `(SELECT found.* FROM (
      SELECT source, features FROM session_counts
      WHERE project_id = ${PROJECT} AND source = ANY (${SOURCES}) AND period = 'all' AND sessions > 0 AND ${PASSES}
      UNION SELECT source, features FROM session_count_deltas WHERE project_id = ${PROJECT} AND ${PASSES}
    ) AS sets, LATERAL (
      SELECT id, last_activity_at FROM sessions
      WHERE project_id = ${PROJECT} AND features = sets.features AND source = sets.source AND ${BEHIND} AND ${CREATED}
      ORDER BY ${ORDER} LIMIT ${WANTED}
    ) AS found)`,
};

const statement = (plan: keyof typeof FOUND) => ({
  name: `session_page_${plan}`,
  text: `SELECT ${READ_COLUMNS.map((column) => `sessions.${column}`).join(', ')}
    FROM (SELECT * FROM ${FOUND[plan]} AS found ORDER BY ${ORDER} LIMIT ${LIMIT} OFFSET ${OFFSET}) AS page,
    LATERAL (SELECT * FROM sessions WHERE project_id = ${PROJECT} AND id = page.id OFFSET 0) AS sessions
    ORDER BY page.last_activity_at DESC, page.id DESC`,
});

const STATEMENTS: Readonly<Record<keyof typeof FOUND, { name: string; text: string }>> = {
  walk: statement('walk'),
  walkDated: statement('walkDated'),
  days: statement('days'),
  features: statement('features'),
};

/** Behind nothing: before the first session of any list. */
const START: ListPosition = { lastActivityAt: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const DAY_MS = 86_400_000;

/** What it takes, in index entries read, to look for another day or set of features. */
const DESCENT = 20;

/**
 * The plan by which the fewest entries of indexes are read:
 *
 * - `walk` from the newest activity and leave out what does not match: best unless few match, or only old ones.
 * - `days`: walk each day within the dates like that, and merge.
 * - `features`: read, from the newest, those of each source and set of features that matches, and merge.
 */
export function planOf(filters: SessionFilters, page: ListPage, totals: Totals): PagePlan {
  const { dateFrom, dateTo } = filters;
  const { matching, alike, dated, later, stored, since } = totals;
  const wanted = page.offset + page.limit;
  const walkTo = (of: number) => Math.min(of, (wanted * of) / matching);
  const days = (Math.min(dateTo ?? Infinity, Date.now()) - Math.max(dateFrom ?? since, since)) / DAY_MS + 1;
  const entries: Record<PagePlan, number> = {
    walk: later + walkTo(stored),
    days: days * DESCENT + Math.min(dated, (days / FEW + FEW) * walkTo(dated)),
    features: 1000 + 2 * alike,
  };
  if (entries.walk <= entries.days && entries.walk <= entries.features) return 'walk';
  return entries.days < entries.features ? 'days' : 'features';
}

/** A page of the sessions of a project that pass the filters, of which there are `totals`. */
export async function readPage(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  page: ListPage,
  totals: Totals,
): Promise<SessionRow[]> {
  if (totals.matching <= page.offset) return [];
  const { mask, value, anyOf } = featureTest(filters);
  const { dateFrom, dateTo, source } = filters;
  const { lastActivityAt, id } = page.after ?? START;
  const values: unknown[] = [
    projectId,
    source ?? '',
    mask,
    value,
    anyOf,
    lastActivityAt,
    id,
    page.limit,
    page.offset,
  ];
  const dates = [
    dateFrom === undefined ? '-infinity' : new Date(dateFrom),
    dateTo === undefined ? 'infinity' : new Date(dateTo),
  ];
  const plan = planOf(filters, page, totals);
  if (plan === 'features') values.push(...dates, source === undefined ? SESSION_SOURCES : [source]);
  else if (isDated(filters)) values.push(...dates);
  const name = plan === 'walk' && isDated(filters) ? 'walkDated' : plan;
  const { rows } = await connection.query<SessionRow>(STATEMENTS[name], values);
  return rows;
}

function isDated({ dateFrom, dateTo }: SessionFilters): boolean {
  return dateFrom !== undefined || dateTo !== undefined;
}
