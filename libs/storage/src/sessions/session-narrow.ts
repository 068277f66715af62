import type { Queryable } from '@sessions/runtime';
import { Values, whereSessions } from './session-filters';
import type { SessionFilters } from './session-filters';
import { listedOf } from './session-page';
import type { ListedSessions, ListPage, PageRow } from './session-page';
import { AS_WRITTEN, LISTED_COLUMNS } from './session-json';

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

/**
 * Reads what the filters match, all of it, from the index that leads to it: that counts the matches and gives the page
 * in one statement. It cannot fall into walking the project for a page whose sessions are rare or old.
 */
export async function readNarrow(
  connection: Queryable,
  projectId: string,
  filters: SessionFilters,
  { limit, offset, after }: ListPage,
): Promise<ListedSessions> {
  const values = new Values();
  const matching = matchingOf(projectId, filters, values);
  const behind = after
    ? `WHERE (last_activity_at, id) < (${values.add(after.lastActivityAt, 'timestamptz')}, ${values.add(after.id, 'uuid')})`
    : '';
  const { rows } = await connection.query<PageRow>(
    {
      types: AS_WRITTEN,
      text: `WITH matching AS MATERIALIZED (${matching}), page AS (
      SELECT * FROM matching ${behind} ORDER BY last_activity_at DESC, id DESC
      LIMIT ${values.add(limit, 'bigint')} OFFSET ${values.add(offset, 'bigint')}
    )
    SELECT counted.total, ${LISTED_COLUMNS.map((column) => `sessions.${column}`).join(', ')}
    FROM (SELECT count(*) AS total FROM matching) AS counted LEFT JOIN (
      page CROSS JOIN LATERAL (
        SELECT * FROM sessions WHERE project_id = ${values.add(projectId, 'uuid')} AND id = page.id OFFSET 0) AS sessions
    ) ON true ORDER BY sessions.last_activity_at DESC, sessions.id DESC`,
    },
    values.list,
  );
  return listedOf(rows);
}

/** Links lead to sessions from their own tables, all other filters by an index of the sessions. */
function matchingOf(projectId: string, filters: SessionFilters, values: Values): string {
  const { companyId, productScopeIds, ...rest } = filters;
  const direct = filters.sessionId !== undefined || filters.contactId !== undefined;
  if (direct || (companyId === undefined && productScopeIds === undefined)) {
    return `SELECT id, last_activity_at FROM sessions WHERE ${whereSessions(projectId, filters, values)}`;
  }
  const project = values.add(projectId, 'uuid');
  if (productScopeIds !== undefined) {
    const scopes = `SELECT session_id FROM session_links WHERE project_id = ${project}
      AND kind = 'product_scopes' AND target_id = ANY (${values.add(productScopeIds, 'text[]')})`;
    return among(scopes, whereSessions(projectId, { ...rest, ...(companyId && { companyId }) }, values));
  }
  const company = values.add(companyId, 'text');
  const linked = `SELECT session_id FROM session_links
      WHERE project_id = ${project} AND kind = 'companies' AND target_id = ${company}
    UNION ALL SELECT sessions.id FROM contacts JOIN sessions
      ON sessions.project_id = ${project} AND sessions.contact_id = contacts.id
      WHERE contacts.project_id = ${project} AND company_id = ${company}`;
  return among(linked, whereSessions(projectId, rest, values));
}

/** Those of the sessions, each once, that fulfil the condition. `OFFSET 0` keeps Postgres from reading the project. */
function among(sessionIds: string, condition: string): string {
  return `SELECT found.* FROM (SELECT DISTINCT session_id FROM (${sessionIds}) AS linked) AS linked,
    LATERAL (SELECT id, last_activity_at FROM sessions WHERE ${condition} AND id = session_id OFFSET 0) AS found`;
}
