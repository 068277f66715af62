import type { SearchDocument, SearchFilters } from '../search-engine';
import { passesFilters } from './filter-check';

const session: Omit<SearchDocument, 'messages'> = {
  projectId: 'p',
  sessionId: 's',
  version: 'v',
  name: null,
  description: null,
  status: 'active',
  source: 'api',
  tags: ['bug', 'wins'],
  isArchived: true,
  isHumanTakeover: false,
  analysisStatus: 'failed',
  contactId: 'contact',
  companyIds: ['acme'],
  productScopeIds: ['scope'],
  createdAt: 100,
  lastActivityAt: 200,
};

describe('passesFilters', () => {
  const cases: [Partial<SearchFilters>, boolean][] = [
    [{}, true],
    [{ includeArchived: false }, false],
    [{ sessionId: 's', status: 'active', source: 'api' }, true],
    [{ sessionId: 't' }, false],
    [{ status: 'closed' }, false],
    [{ source: 'widget' }, false],
    [{ tags: ['losses', 'wins'] }, true],
    [{ tags: ['losses'] }, false],
    [{ createdFrom: 100, createdTo: 100 }, true],
    [{ createdFrom: 101 }, false],
    [{ createdTo: 99 }, false],
    [{ isHumanTakeover: false, isAnalyzed: false }, true],
    [{ isHumanTakeover: true }, false],
    [{ isAnalyzed: true }, false],
    [{ companyId: 'acme', contactId: 'contact', productScopeIds: ['scope', 'other'] }, true],
    [{ companyId: 'Acme' }, false],
    [{ contactId: 'other' }, false],
    [{ productScopeIds: ['other'] }, false],
  ];

  it.each(cases)('%j: %s', (filters, expected) => {
    expect(passesFilters(session, { includeArchived: true, ...filters })).toBe(expected);
  });
});
