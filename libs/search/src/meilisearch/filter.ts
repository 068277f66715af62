import type { EngineQuery } from '../search-engine';
import { documentId, filterValue } from './document';

/** The filter of a search in one project. Every filter is built here, and none without its project. */
export function filterOf({
  projectId,
  filters,
  except,
}: Pick<EngineQuery, 'projectId' | 'filters' | 'except'>): string {
  const conditions = [`projectId = ${JSON.stringify(projectId)}`];
  const add = (condition: string | false | undefined) => {
    if (condition) conditions.push(condition);
  };
  const { createdFrom, createdTo, isHumanTakeover, isAnalyzed, companyId, contactId } = filters;
  add(!filters.includeArchived && 'isArchived = false');
  add(
    filters.sessionId !== undefined && anyOf('id', [documentId({ projectId, sessionId: filters.sessionId })]),
  );
  add(filters.status && anyOf('status', [filters.status]));
  add(filters.source && anyOf('source', [filters.source]));
  add(filters.tags && anyOf('tags', filters.tags));
  add(createdFrom !== undefined && `createdAt >= ${createdFrom}`);
  add(createdTo !== undefined && `createdAt <= ${createdTo}`);
  add(isHumanTakeover !== undefined && `isHumanTakeover = ${isHumanTakeover}`);
  add(isAnalyzed !== undefined && `isAnalyzed = ${isAnalyzed}`);
  add(companyId !== undefined && anyOf('companyIds', [filterValue(companyId)]));
  add(contactId !== undefined && anyOf('contactId', [filterValue(contactId)]));
  add(filters.productScopeIds && anyOf('productScopeIds', filters.productScopeIds.map(filterValue)));
  const { claims = [], maybeIndexed = [] } = except ?? {};
  const exceptIds = maybeIndexed.map((sessionId) => documentId({ projectId, sessionId }));
  add(exceptIds.length > 0 && `NOT ${anyOf('id', exceptIds)}`);
  add(claims.length > 0 && `NOT claim IN [${claims.join(', ')}]`);
  return conditions.join(' AND ');
}

function anyOf(attribute: string, values: readonly string[]): string {
  return `${attribute} IN [${values.map((value) => JSON.stringify(value)).join(', ')}]`;
}
