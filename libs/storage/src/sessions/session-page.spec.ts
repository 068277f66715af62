import type { SessionFilters } from './session-filters';
import { planOf } from './session-page';

const MILLION = { stored: 1e6, alike: 1e6, matching: 1e6, dated: 1e6, later: 0, since: 0 };
const first = { limit: 51, offset: 0 };
const after = { lastActivityAt: '2026-01-01T00:00:00.000Z', id: '' };

describe('planOf', () => {
  it.each<[string, SessionFilters, object, object]>([
    ['walk', { showArchived: true }, first, {}],
    ['walk', { showArchived: true }, { limit: 51, offset: 5000 }, {}],
    ['walk', { showArchived: true, isHumanTakeover: true }, first, { matching: 50_000, alike: 50_000 }],
    ['features', { showArchived: true, tags: ['wins'] }, first, { matching: 100, alike: 100 }],
    ['deep', { showArchived: true }, { limit: 51, offset: 500_000 }, {}],
    ['walk', { showArchived: true }, { limit: 51, offset: 0, after }, {}],
    [
      'days',
      { showArchived: true, dateFrom: 0, dateTo: 100 * 86_400_000 },
      first,
      { later: 5e5, dated: 5e5, matching: 5e5 },
    ],
  ])('is %s for %j and %j', (plan, filters, page, known) => {
    expect(planOf(filters, page as typeof first, { ...MILLION, ...known })).toBe(plan);
  });
});
