import fc from 'fast-check';
import { ApiError } from '../errors';
import { LIST_PARAMETERS } from './list-parameters';
import { parseListQuery, parseProjectQuery } from './list-query';
import type { ListQuery, RawQuery } from './list-query';

const projectId = 'proj_x';
const parse = (raw: RawQuery) => parseListQuery({ projectId, ...raw });

/** The sentences of the refusal. */
function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 400)
      return (error.details ?? []).map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('parseListQuery', () => {
  const nothing = { projectId, showArchived: false, limit: 50, offset: 0, stats: false };

  it.each<[RawQuery, Partial<ListQuery>]>([
    [{}, {}],
    [{ search: 'login "flow" -x' }, { search: 'login "flow" -x' }],
    [{ search: '', name: '' }, {}],
    [{ sessionId: 'anything' }, { sessionId: 'anything' }],
    [{ name: '100%_' }, { name: '100%_' }],
    [{ status: 'closed' }, { status: 'closed' }],
    [{ source: 'fathom' }, { source: 'fathom' }],
    [{ tags: 'bug, wins,,bug' }, { tags: ['bug', 'wins'] }],
    [{ productScopeIds: 'a, b,a' }, { productScopeIds: ['a', 'b'] }],
    [{ dateFrom: '2026-01-31' }, { dateFrom: Date.parse('2026-01-31T00:00:00.000Z') }],
    [{ dateTo: '2026-01-31' }, { dateTo: Date.parse('2026-01-31T23:59:59.999Z') }],
    [{ dateTo: '2026-01-31T10:00:00Z' }, { dateTo: Date.parse('2026-01-31T10:00:00.000Z') }],
    [{ dateFrom: '2026-01-31T10:00:00+02:00' }, { dateFrom: Date.parse('2026-01-31T08:00:00.000Z') }],
    [{ dateFrom: '2026-01-31T10:00:00 02:00' }, { dateFrom: Date.parse('2026-01-31T08:00:00.000Z') }],
    [{ dateFrom: '2026-01-31T10:00:00 0230' }, { dateFrom: Date.parse('2026-01-31T07:30:00.000Z') }],
    [
      { showArchived: 'true', stats: 'true' },
      { showArchived: true, stats: true },
    ],
    [
      { isHumanTakeover: 'false', isAnalyzed: 'true' },
      { isHumanTakeover: false, isAnalyzed: true },
    ],
    [
      { companyId: 'c', contactId: 'k' },
      { companyId: 'c', contactId: 'k' },
    ],
    [
      { limit: '1', offset: '9007199254740991' },
      { limit: 1, offset: 9007199254740991 },
    ],
    [
      { limit: '1000', offset: '0' },
      { limit: 1000, offset: 0 },
    ],
    [{ cursor: 'abc' }, { cursor: 'abc' }],
  ])('reads %j', (raw, expected) => expect(parse(raw)).toEqual({ ...nothing, ...expected }));

  const date = 'must be an ISO 8601 date such as 2026-01-31 or 2026-01-31T10:00:00Z';
  const sources = 'widget, slack, intercom, zendesk, gong, posthog, api, manual, github, fathom';
  const tags = 'general_feedback, wins, losses, bug, feature_request, change_request';

  it.each<[RawQuery, string]>([
    [{ status: 'open' }, 'status must be one of active, closed.'],
    [{ status: 'Active' }, 'status must be one of active, closed.'],
    [{ status: '' }, 'status must be one of active, closed.'],
    [{ source: 'email' }, `source must be one of ${sources}.`],
    [{ tags: 'bug,bugs' }, `tags must be a comma-separated list of ${tags}; "bugs" is none of them.`],
    [{ tags: ' , ' }, 'tags must name at least one, separated by commas.'],
    [{ tags: '' }, 'tags must name at least one, separated by commas.'],
    [{ companyId: '' }, 'companyId must not be empty; leave it out instead.'],
    [{ cursor: '' }, 'cursor must not be empty; leave it out instead.'],
    [{ dateFrom: '2026-02-30' }, `dateFrom ${date}.`],
    [{ dateTo: 'yesterday' }, `dateTo ${date}.`],
    [{ dateFrom: '' }, `dateFrom ${date}.`],
    [{ showArchived: 'yes' }, 'showArchived must be true or false.'],
    [{ isAnalyzed: 'TRUE' }, 'isAnalyzed must be true or false.'],
    [{ isHumanTakeover: '' }, 'isHumanTakeover must be true or false.'],
    [{ stats: '1' }, 'stats must be true or false.'],
    ...['0', '1001', '-1', '1.5', '1e22', 'ten', ' 5', '0x10', '٣'].map((limit): [RawQuery, string] => [
      { limit },
      'limit must be a whole number from 1 to 1000.',
    ]),
    [{ limit: '' }, 'limit must be a whole number from 1 to 1000.'],
    [{ offset: '-1' }, 'offset must be a whole number from 0 to 9007199254740991.'],
    [{ offset: '9007199254740992' }, 'offset must be a whole number from 0 to 9007199254740991.'],
    [{ search: '\0' }, 'search must not contain the character U+0000.'],
    [{ name: '\ud800' }, 'name must be well-formed Unicode, without half of a surrogate pair.'],
    [{ productScopeIds: 'a,\0' }, 'productScopeIds must not contain the character U+0000.'],
    [{ limit: ['1', '2'] }, 'limit is given more than once; send it once.'],
    [{ projectId: ['a', 'b'] }, 'projectId is given more than once; send it once.'],
    [{ projectId: '' }, 'projectId is required: add ?projectId=proj_… to the address.'],
    [{ projectId: undefined }, 'projectId is required: add ?projectId=proj_… to the address.'],
    [{ cursor: 'abc', offset: '0' }, 'cursor and offset exclude each other; send only one of them.'],
  ])('refuses %j', (raw, sentence) => {
    expect(problemsOf(() => parse(raw))).toEqual([sentence]);
  });

  it('names an unknown parameter, and those that there are', () => {
    const known = ['projectId', ...Object.keys(LIST_PARAMETERS)].join(', ');
    for (const name of ['tag', 'Limit', 'constructor', 'toString']) {
      expect(problemsOf(() => parse({ [name]: 'x' }))).toEqual([
        `${name} is not a parameter of this request; allowed are ${known}.`,
      ]);
    }
  });

  it('names every problem, the first of them as the error', () => {
    const raw = { projectId: '', limit: '0', nope: '' };
    expect(problemsOf(() => parseListQuery(raw))).toHaveLength(3);
    expect(() => parseListQuery(raw)).toThrow('projectId is required');
  });

  it('names 20 problems at most', () => {
    const raw = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`wrong${at}`, '']));
    expect(problemsOf(() => parse(raw))).toHaveLength(20);
  });

  it('never throws anything but a 400, and otherwise gives what its types say', () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(LIST_PARAMETERS), 'projectId'), fc.string());
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('true', 'false', '1', '2026-01-31', 'bug', 'active', 'api', 'a,b'),
    );
    const raw = fc.dictionary(name, fc.oneof({ weight: 9, arbitrary: text }, fc.array(text)), { maxKeys: 4 });
    fc.assert(
      fc.property(raw, (given) => {
        if (problemsOf(() => parse(given)).length > 0) return;
        const query = parse(given);
        expect(Number.isSafeInteger(query.limit) && Number.isSafeInteger(query.offset)).toBe(true);
        expect(Object.keys(query).every((key) => key === 'projectId' || key in LIST_PARAMETERS)).toBe(true);
        expect([query.dateFrom, query.dateTo].some(Number.isNaN)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parseProjectQuery', () => {
  it('reads the project', () => expect(parseProjectQuery({ projectId })).toEqual({ projectId }));

  it.each<[RawQuery, string]>([
    [{}, 'projectId is required: add ?projectId=proj_… to the address.'],
    [{ projectId: ['a', 'b'] }, 'projectId is given more than once; send it once.'],
    [{ projectId, limit: '5' }, 'limit is not a parameter of this request; allowed are projectId.'],
  ])('refuses %j', (raw, sentence) => {
    expect(problemsOf(() => parseProjectQuery(raw))).toEqual([sentence]);
  });
});
