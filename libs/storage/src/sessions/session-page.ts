import { SESSION_SOURCES } from '@sessions/contract';
import type { Queryable, Statement } from '@sessions/runtime';
import { passes } from './session-features';
import type { SessionFilters } from './session-filters';
import { LISTED_SELECT, listedSessions } from './session-json';
import type { ListedRow, ListedSession } from './session-json';
import { isDated, TOTAL, TOTAL_VALUES, totalValues } from './session-totals';
import type { Estimates } from './session-totals';

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
  sessions: ListedSession[];
  total: number;
}

/** What a page is read as: the total with every session, and alone when there is none. */
export type PageRow = (ListedRow | { listed: null }) & { total: string };

/** How to find a page; see `planOf`. */
export type PagePlan = 'walk' | 'days' | 'features';

/** The values that come first, and those of the dates. */
const [PROJECT, SOURCE, FROM, TO] = ['$1::uuid', '$2::text', '$12::timestamptz', '$13::timestamptz'] as const;
const ORDER = 'last_activity_at DESC, id DESC';
/** The day on which a session was created, as an index has it. */
export const DAY = `(created_at AT TIME ZONE 'UTC')::date`;
/** That the source and features of a session, or of a count, are those asked for. */
export const ALIKE = `${passes('features', ['$3::smallint', '$4::smallint', '$5::smallint'])}
    AND (${SOURCE} = '' OR source = ${SOURCE})`;

/** Where spans of activity end, from the newest that is likely to be on the page, the newest first. */
const SPANS = [
  '64 days',
  '16 days',
  '4 days',
  '1 day',
  '0',
  '-1 day',
  '-4 days',
  '-16 days',
  '-64 days',
  '-256 days',
];

/** The day at one end of those that sessions of the project were created on; today if it has none. */
export const endDay = (direction: 'ASC' | 'DESC') =>
  `coalesce((SELECT ${DAY} FROM sessions WHERE project_id = ${PROJECT} ORDER BY ${DAY} ${direction} LIMIT 1), current_date)`;

/** Finds the ids and times of a page's sessions by a plan. Its values are those of `pageStatement`. */
export function pageQuery(plan: PagePlan, dates: 'dated' | 'undated'): string {
  const next = TOTAL_VALUES[dates];
  const [time, id] = [`$${next + 1}::timestamptz`, `$${next + 2}::uuid`];
  const [limit, offset] = [`$${next + 3}::bigint`, `$${next + 4}::bigint`];
  const wanted = `(${limit} + ${offset})`;
  const behind = `(last_activity_at, id) < (${time}, ${id})`;
  const newest = `least(${TO}, ${time}, now())`;
  // Comparing each session with open dates as well would take 130 ms instead of 67 to an offset of 500,000.
  const created = dates === 'dated' ? `created_at BETWEEN ${FROM} AND ${TO}` : 'true';
  // Postgres cannot know how many sessions pass, and may prefer to sort them all: OFFSET 0 keeps it to the index.
  const inOrder = (condition: string, most = wanted) => `(SELECT id, last_activity_at FROM (
      SELECT id, last_activity_at, created_at, source, features FROM sessions
      WHERE project_id = ${PROJECT} AND ${condition} AND ${behind} ORDER BY ${ORDER} OFFSET 0
    ) AS walked WHERE ${ALIKE} AND ${created} ORDER BY ${ORDER} LIMIT ${most})`;
  const found: Record<PagePlan, () => string> = {
    walk: () => inOrder('true'),
    // A span of activity is looked for in every day, until enough are found; most pages need one or two of them. To read
    // a few of every day first, which tells how far back the page can reach, took 3 to 12 ms instead of 2 to 3.
    days: () => `(SELECT found.* FROM (SELECT ${newest} AS newest) AS newest, LATERAL unnest(
        ARRAY['infinity', ${SPANS.map((span) => `newest + interval '${span}'`).join(', ')}]::timestamptz[],
        ARRAY[${SPANS.map((span) => `newest + interval '${span}'`).join(', ')}, '-infinity']::timestamptz[]
      ) WITH ORDINALITY AS spans (before, since, place), LATERAL (
        SELECT found.* FROM generate_series(
          greatest((${FROM} AT TIME ZONE 'UTC')::date, ${endDay('ASC')})::timestamp,
          least((${TO} AT TIME ZONE 'UTC')::date, ${endDay('DESC')})::timestamp, '1 day') AS day,
        LATERAL ${inOrder(`${DAY} = day::date AND last_activity_at >= since AND last_activity_at < before`)} AS found
      ) AS found WHERE since <= ${time} ORDER BY place, ${ORDER} LIMIT ${wanted})`,
    features: () => `(SELECT found.* FROM (
        SELECT source, features FROM session_counts
        WHERE project_id = ${PROJECT} AND source = ANY ('{${SESSION_SOURCES.join(',')}}')
          AND period = 'all' AND sessions > 0 AND ${ALIKE}
        UNION SELECT source, features FROM session_count_deltas WHERE project_id = ${PROJECT} AND ${ALIKE}
      ) AS sets, LATERAL (
        SELECT id, last_activity_at FROM sessions
        WHERE project_id = ${PROJECT} AND features = sets.features AND source = sets.source AND ${behind} AND ${created}
        ORDER BY ${ORDER} LIMIT ${wanted}
      ) AS found)`,
  };
  return `SELECT * FROM ${found[plan]()} AS found ORDER BY ${ORDER} LIMIT ${limit} OFFSET ${offset}`;
}

/** Reads the sessions of a page that are found, with the total; the total alone when there are none. */
export function withTotal(total: string, page: string): string {
  return `SELECT counted.total, sessions.listed
    FROM (SELECT ${total} AS total) AS counted LEFT JOIN (
      (${page}) AS page CROSS JOIN LATERAL ${listed(PROJECT)} AS sessions
    ) ON true ORDER BY page.last_activity_at DESC, page.id DESC`;
}

/** Reads the session of a page; `OFFSET 0` keeps Postgres from any other way to it than by its key. */
export function listed(project: string, columns = LISTED_SELECT): string {
  return `(SELECT ${columns} FROM sessions WHERE project_id = ${project} AND id = page.id OFFSET 0)`;
}

/** The statement of a plan: the total with every session of the page, and alone when the page is empty. */
const statement = (plan: PagePlan, dates: 'dated' | 'undated') => ({
  name: `session_page_${plan}_${dates}`,
  text: withTotal(TOTAL[dates], pageQuery(plan, dates)),
});

const STATEMENTS = {
  dated: {
    walk: statement('walk', 'dated'),
    days: statement('days', 'dated'),
    features: statement('features', 'dated'),
  },
  undated: { walk: statement('walk', 'undated'), features: statement('features', 'undated') },
};

/** Behind nothing: before the first session of any list. */
const START: ListPosition = { lastActivityAt: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

const DAY_MS = 86_400_000;

/** What it takes, in index entries read, to look for another day or set of features. */
const DESCENT = 20;

/** What it takes at least to look how many sessions were active since a time. */
const COUNT_ACTIVE = 10_000;

/**
 * The plan by which the fewest entries of indexes are read:
 *
 * - `walk` from the newest activity and leave out what does not match: best unless few match, or only old ones.
 * - `days`: walk each day within the dates like that, and merge.
 * - `features`: read, from the newest, those of each source and set of features that matches, and merge.
 * - `deep`: walk from a time near the page (`readDeepPage`, which sees whether there is one and walks if not).
 */
export function planOf(filters: SessionFilters, page: ListPage, estimates: Estimates): PagePlan | 'deep' {
  const { dateFrom, dateTo } = filters;
  const { alike, dated, later, stored, since } = estimates;
  const matching = Math.max(1, estimates.matching);
  const wanted = page.offset + page.limit;
  const walkTo = (of: number) => Math.min(of, (wanted * of) / matching);
  const days = (Math.min(dateTo ?? Infinity, Date.now()) - Math.max(dateFrom ?? since, since)) / DAY_MS + 1;
  const walk = later + walkTo(stored);
  const features = 1000 + 2 * alike;
  const byDay = isDated(filters) ? 3 * days * DESCENT + Math.min(dated, 4 * walkTo(dated)) : Infinity;
  const deep =
    isDated(filters) || page.after
      ? Infinity
      : COUNT_ACTIVE + stored / 100 + (page.limit * stored) / matching;
  const costs = { walk, days: byDay, features, deep };
  const plans = ['walk', 'days', 'features', 'deep'] as const;
  return plans.reduce((best, plan) => (costs[plan] < costs[best] ? plan : best));
}

/** A page of the sessions of a project that pass the filters, and how many pass, as of one moment. */
export async function readPage(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  page: ListPage,
  plan: PagePlan,
): Promise<ListedSessions> {
  const { rows } = await connection.query<PageRow>(
    pageStatement(filters, plan),
    pageValues(projectId, filters, page),
  );
  return listedOf(rows, projectId);
}

/** The statement of a plan, which depends on whether there are dates. */
export function pageStatement(filters: SessionFilters, plan: PagePlan): Exclude<Statement, string> {
  if (isDated(filters)) return STATEMENTS.dated[plan];
  return STATEMENTS.undated[plan === 'days' ? 'walk' : plan];
}

/** The values of the statement. */
export function pageValues(projectId: string, filters: SessionFilters, page: ListPage): unknown[] {
  const { lastActivityAt, id } = page.after ?? START;
  return [...totalValues(projectId, filters), lastActivityAt, id, page.limit, page.offset];
}

/** The page and the total that the rows hold. */
export function listedOf(rows: PageRow[], projectId: string): ListedSessions {
  const found = rows.filter((row): row is ListedRow & PageRow => row.listed !== null);
  return { sessions: listedSessions(found, projectId), total: Number(rows[0]?.total) };
}
