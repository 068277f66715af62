import type { ListQuery } from '@sessions/contract';

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
  const equal = (column: string, value: unknown, type: string) => {
    if (value !== undefined) conditions.push(`sessions.${column} = ${values.add(value, type)}`);
  };
  const linked = (kind: string, ids: string[]) =>
    `sessions.id IN (SELECT session_id FROM session_links WHERE project_id = ${project}
      AND kind = '${kind}' AND target_id = ANY (${values.add(ids, 'text[]')}))`;

  equal('id', filters.sessionId, 'uuid');
  equal('status', filters.status, 'text');
  equal('source', filters.source, 'text');
  equal('contact_id', filters.contactId, 'text');
  equal('is_human_takeover', filters.isHumanTakeover, 'boolean');
  if (!filters.showArchived) conditions.push('NOT sessions.is_archived');
  if (filters.isAnalyzed !== undefined) {
    conditions.push(`sessions.analysis_status ${filters.isAnalyzed ? '=' : '<>'} 'analyzed'`);
  }
  if (filters.name !== undefined) {
    conditions.push(`sessions.name ILIKE ${values.add(`%${escapeLike(filters.name)}%`, 'text')}`);
  }
  if (filters.tags !== undefined) conditions.push(`sessions.tags && ${values.add(filters.tags, 'text[]')}`);
  if (filters.dateFrom !== undefined) {
    conditions.push(`sessions.created_at >= ${values.add(new Date(filters.dateFrom), 'timestamptz')}`);
  }
  if (filters.dateTo !== undefined) {
    conditions.push(`sessions.created_at <= ${values.add(new Date(filters.dateTo), 'timestamptz')}`);
  }
  if (filters.productScopeIds !== undefined)
    conditions.push(linked('product_scopes', filters.productScopeIds));
  if (filters.companyId !== undefined) {
    conditions.push(`(${linked('companies', [filters.companyId])}
      OR sessions.contact_id IN (SELECT id FROM contacts WHERE project_id = ${project}
        AND company_id = ${values.add(filters.companyId, 'text')}))`);
  }
  return conditions.join(' AND ');
}

/** Makes `%`, `_` and the escape character itself literal in a LIKE pattern. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
