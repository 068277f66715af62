import type { Row } from '../harness/row';

/** A row for a parameter that is refused with a sentence that matches. */
function refused(
  name: string,
  rule: string,
  query: Record<string, string> | string,
  ...error: RegExp[]
): Row {
  return { name, rule, request: { tenant: 'library', query }, expect: { status: 400, error } };
}

/** Parameters of a list that are unknown, given twice or cannot be stored. */
export const listParameters: Row[] = [
  ...['Status', 'q', 'page', 'project_id', 'tag', 'filter[status]', '__proto__', 'constructor'].map((name) =>
    refused(
      `the unknown parameter ${name}`,
      'Requests: unknown query parameters',
      { [name]: 'x' },
      new RegExp(name.replace(/[[\]]/g, '\\$&')),
    ),
  ),
  ...Object.entries({
    search: 'x',
    sessionId: 'x',
    name: 'x',
    status: 'active',
    source: 'api',
    tags: 'bug',
    dateFrom: '2026-01-01',
    dateTo: '2026-01-01',
    showArchived: 'true',
    isHumanTakeover: 'true',
    isAnalyzed: 'true',
    companyId: 'x',
    contactId: 'x',
    productScopeIds: 'x',
    limit: '1',
    offset: '1',
    stats: 'true',
    cursor: 'x',
  }).map(([name, value]) =>
    refused(
      `${name} twice`,
      'Requests: duplicate query parameters',
      `${name}=${value}&${name}=${value}`,
      new RegExp(name),
      /once/,
    ),
  ),
  ...[
    'search',
    'name',
    'companyId',
    'contactId',
    'productScopeIds',
    'tags',
    'dateFrom',
    'status',
    'cursor',
  ].map((name) => refused(`U+0000 in ${name}`, 'Requests: U+0000', `${name}=a%00b`, new RegExp(name))),
];
