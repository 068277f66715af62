import { whereSessions } from './session-filters';
import type { SessionFilters, Values } from './session-filters';

/** What leads to the ids of sessions. */
type IdFilters = Pick<SessionFilters, 'companyId' | 'productScopeIds' | 'contactId'>;

/** A set of those that have a name takes so many times as long as one of links, or as looking at a few names. */
const NAMES_MORE = 4;

/**
 * A query of `id` and `last_activity_at` of what the filters match, each once.
 *
 * Links lead to the ids of sessions, all other filters by an index of the sessions. Of filters that each lead by their
 * own way, such as a name and a company, the sessions of both ways are compared by their ids; but where one way leads to
 * no more than `few` sessions, or four times as many whose names are asked for, these are looked at one by one.
 */
export function matchingOf(projectId: string, filters: SessionFilters, values: Values, few: number): string {
  const { companyId, productScopeIds, contactId, ...own } = filters;
  const isLinked = companyId !== undefined || productScopeIds !== undefined;
  const isNamed = isIndexed(filters.name) && (isLinked || contactId !== undefined);
  if (filters.sessionId !== undefined || !(isLinked || isNamed)) {
    return `SELECT id, last_activity_at FROM sessions WHERE ${whereSessions(projectId, filters, values)}`;
  }
  if (isNamed) {
    return `WITH linked AS MATERIALIZED (${idsOf(projectId, { companyId, productScopeIds, contactId }, values)}),
      own AS MATERIALIZED (
        SELECT id, last_activity_at FROM sessions WHERE ${whereSessions(projectId, own, values)}),
      few AS MATERIALIZED (SELECT ${isFew('linked', NAMES_MORE * few)} OR to_regclass('sessions_name') IS NULL AS yes)
      ${either(lookUp(projectId, own, values), BOTH)}`;
  }
  const links = { companyId, productScopeIds };
  const linked = `linked AS MATERIALIZED (${idsOf(projectId, links, values)})`;
  if (contactId === undefined) return `WITH ${linked} ${lookUp(projectId, own, values)}`;
  return `WITH ${linked}, own AS MATERIALIZED (
      SELECT project_id, id, last_activity_at, contact_id FROM sessions
      WHERE ${whereSessions(projectId, { ...own, contactId }, values)}),
    few AS MATERIALIZED (SELECT ${isFew('own', few)} AS yes)
    ${either(
      `SELECT id, last_activity_at FROM own AS sessions
      WHERE ${whereSessions(projectId, { ...links, showArchived: true }, values)}`,
      BOTH,
    )}`;
}

/**
 * The sessions that are in both sets. Grouping takes 10 ms for 30,000, whatever Postgres guesses; it guessed 1 of 12,700
 * that have a name, by which it may take a nested loop for the best join. To look at the names of all 16,000 sessions of
 * a company took 157 ms.
 */
const BOTH = `SELECT id, max(last_activity_at) AS last_activity_at FROM (
    SELECT id, last_activity_at, false AS is_linked FROM own
    UNION ALL SELECT session_id, NULL, true FROM linked) AS sets
  GROUP BY id HAVING bool_or(is_linked) AND count(last_activity_at) > 0`;

/** Whether a set has no more than so many sessions. */
function isFew(set: string, most: number): string {
  return `(SELECT count(*) FROM (SELECT FROM ${set} LIMIT ${most + 1}) AS first) <= ${most}`;
}

/** One query or the other; only that is run. */
function either(ifFew: string, otherwise: string): string {
  return `SELECT * FROM (${ifFew}) AS looked WHERE (SELECT yes FROM few)
    UNION ALL SELECT * FROM (${otherwise}) AS compared WHERE NOT (SELECT yes FROM few)`;
}

/**
 * Those of the linked sessions that fulfil all other filters, by one scan of the primary key, which carries all columns
 * but the name: 33 ms for 16,000, where looking up each took 60. `OFFSET 0` keeps Postgres from any other way to them.
 * Activity and features in the links as well would save it (the links alone take 2 ms), but every writer would have to
 * keep them there.
 */
function lookUp(projectId: string, own: SessionFilters, values: Values): string {
  return `SELECT id, last_activity_at FROM (
      SELECT project_id, id, last_activity_at, created_at, source, features, name FROM sessions
      WHERE project_id = ${values.add(projectId, 'uuid')} AND id = ANY (ARRAY(SELECT session_id FROM linked)) OFFSET 0
    ) AS sessions WHERE ${whereSessions(projectId, own, values)}`;
}

/** The ids of the sessions that all of the filters lead to. */
function idsOf(
  projectId: string,
  { companyId, productScopeIds, contactId }: IdFilters,
  values: Values,
): string {
  const project = values.add(projectId, 'uuid');
  const sets: string[] = [];
  if (companyId !== undefined) {
    const company = values.add(companyId, 'text');
    sets.push(`(SELECT session_id FROM session_links
        WHERE project_id = ${project} AND kind = 'companies' AND target_id = ${company}
      UNION ALL SELECT sessions.id FROM contacts JOIN sessions
        ON sessions.project_id = ${project} AND sessions.contact_id = contacts.id
        WHERE contacts.project_id = ${project} AND company_id = ${company})`);
  }
  if (productScopeIds !== undefined) {
    sets.push(`SELECT session_id FROM session_links WHERE project_id = ${project}
      AND kind = 'product_scopes' AND target_id = ANY (${values.add(productScopeIds, 'text[]')})`);
  }
  if (contactId !== undefined) {
    sets.push(`SELECT id AS session_id FROM sessions
      WHERE project_id = ${project} AND contact_id = ${values.add(contactId, 'text')}`);
  }
  return sets.join(' INTERSECT ');
}

/** Whether the index of names leads to a part of one: it is of every three letters or digits in a row. */
function isIndexed(name: string | undefined): boolean {
  return name !== undefined && /[\p{L}\p{N}]{3}/u.test(name);
}
