import type { LinkKind, ListQuery } from '@sessions/contract';
import { featureTest, passes } from './session-features';

/** What a list is narrowed to. Absent means any; all of them must hold. Ids are database UUIDs. */
export type SessionFilters = Pick<
  ListQuery,
  | 'name'
  | 'status'
  | 'source'
  | 'tags'
  | 'dateFrom'
  | 'dateTo'
  | 'isHumanTakeover'
  | 'isAnalyzed'
  | 'companyId'
  | 'contactId'
  | 'productScopeIds'
> & {
  sessionId?: string;
  showArchived: boolean;
};

/** Values of a statement, numbered as they are asked for. */
export class Values {
  readonly list: unknown[] = [];

  /** The placeholder of a value. */
  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

/**
 * The condition that sessions of a project must fulfil. The one place that builds it, so that no query can leave the
 * project out.
 */
export function whereSessions(projectId: string, filters: SessionFilters, values: Values): string {
  const project = values.add(projectId, 'uuid');
  const conditions = [`sessions.project_id = ${project}`];
  const { mask, value, anyOf } = featureTest(filters);
  if (mask !== 0 || anyOf !== 0) {
    const test = [mask, value, anyOf].map((bits) => values.add(bits, 'smallint')) as [string, string, string];
    conditions.push(passes('sessions.features', test));
  }
  const add = (given: unknown, condition: (given: string) => string, type: string) => {
    if (given !== undefined) conditions.push(condition(values.add(given, type)));
  };
  add(filters.sessionId, (id) => `sessions.id = ${id}`, 'uuid');
  add(filters.source, (source) => `sessions.source = ${source}`, 'text');
  add(filters.contactId, (contact) => `sessions.contact_id = ${contact}`, 'text');
  const name = filters.name === undefined ? undefined : `%${escapeLike(filters.name)}%`;
  add(name, (pattern) => `sessions.name ILIKE ${pattern}`, 'text');
  const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time));
  add(date(filters.dateFrom), (time) => `sessions.created_at >= ${time}`, 'timestamptz');
  add(date(filters.dateTo), (time) => `sessions.created_at <= ${time}`, 'timestamptz');
  const linked = (kind: LinkKind) => (ids: string) => `EXISTS (SELECT FROM session_links AS links
      WHERE links.project_id = ${project} AND kind = '${kind}' AND target_id = ANY (${ids})
      AND session_id = sessions.id)`;
  add(filters.productScopeIds, linked('product_scopes'), 'text[]');
  const company = filters.companyId === undefined ? undefined : [filters.companyId];
  add(
    company,
    (ids) => `(${linked('companies')(ids)} OR sessions.contact_id IN (SELECT contacts.id FROM contacts
      WHERE contacts.project_id = ${project} AND company_id = ANY (${ids})))`,
    'text[]',
  );
  return conditions.join(' AND ');
}

/** Makes `%`, `_` and the escape character itself literal in a LIKE pattern. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
