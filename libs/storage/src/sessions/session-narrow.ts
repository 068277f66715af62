import type { Queryable } from '@sessions/runtime';
import { Values } from './session-filters';
import type { SessionFilters } from './session-filters';
import { listed, listedOf } from './session-page';
import type { ListedSessions, ListPage, PageRow } from './session-page';
import { matchingOf } from './session-matching';

/** One by one takes 4 to 8 µs a session; sets take a few milliseconds or, where a name is compared, 20 and more. */
export const FEW = 1000;

/** Whether the filters name something that there are so many of that nobody counts by it. */
export function isNarrow({
  sessionId,
  name,
  companyId,
  contactId,
  productScopeIds,
}: SessionFilters): boolean {
  return [sessionId, name, companyId, contactId, productScopeIds].some((filter) => filter !== undefined);
}

/** The ids of what the filters match, the latest activity first, so many at most. */
export async function readNarrowIds(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  most: number,
): Promise<string[]> {
  const values = new Values();
  const { rows } = await connection.query<{ id: string }>(
    `SELECT id FROM (${matchingOf(projectId, filters, values, FEW)}) AS matching
     ORDER BY last_activity_at DESC, id DESC LIMIT ${values.add(most, 'bigint')}`,
    values.list,
  );
  return rows.map(({ id }) => id);
}

/**
 * Reads what the filters match, all of it, from the index that leads to it: that counts the matches and gives the page
 * in one statement. It cannot fall into walking the project for a page whose sessions are rare or old.
 *
 * @param few how many sessions are rather looked at one by one than compared as sets
 */
export async function readNarrow(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  { limit, offset, after }: ListPage,
  few = FEW,
): Promise<ListedSessions> {
  const values = new Values();
  const matching = matchingOf(projectId, filters, values, few);
  const behind = after
    ? `WHERE (last_activity_at, id) < (${values.add(after.lastActivityAt, 'timestamptz')}, ${values.add(after.id, 'uuid')})`
    : '';
  const { rows } = await connection.query<PageRow>(
    `WITH matching AS MATERIALIZED (${matching}), page AS (
      SELECT * FROM matching ${behind} ORDER BY last_activity_at DESC, id DESC
      LIMIT ${values.add(limit, 'bigint')} OFFSET ${values.add(offset, 'bigint')}
    )
    SELECT counted.total, sessions.listed
    FROM (SELECT count(*) AS total FROM matching) AS counted LEFT JOIN (
      page CROSS JOIN LATERAL ${listed(values.add(projectId, 'uuid'))} AS sessions
    ) ON true ORDER BY page.last_activity_at DESC, page.id DESC`,
    values.list,
  );
  return listedOf(rows, projectId);
}
