import type { SearchDocument, SearchFilters } from '../search-engine';

/** Whether a session passes the filters of a search, as the engines decide it. */
export function passesFilters(document: Omit<SearchDocument, 'messages'>, filters: SearchFilters): boolean {
  const { sessionId, status, source, tags, createdFrom, createdTo, companyId, contactId, productScopeIds } =
    filters;
  const is = <Value>(wanted: Value | undefined, value: Value) => wanted === undefined || wanted === value;
  const anyOf = (wanted: string[] | undefined, values: string[]) =>
    wanted === undefined || wanted.some((value) => values.includes(value));
  return (
    (filters.includeArchived || !document.isArchived) &&
    is(sessionId, document.sessionId) &&
    is(status, document.status) &&
    is(source, document.source) &&
    anyOf(tags, document.tags) &&
    (createdFrom === undefined || document.createdAt >= createdFrom) &&
    (createdTo === undefined || document.createdAt <= createdTo) &&
    is(filters.isHumanTakeover, document.isHumanTakeover) &&
    is(filters.isAnalyzed, document.analysisStatus === 'analyzed') &&
    (companyId === undefined || document.companyIds.includes(companyId)) &&
    is<string | null>(contactId, document.contactId) &&
    anyOf(productScopeIds, document.productScopeIds)
  );
}
