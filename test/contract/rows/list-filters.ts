import { SESSION_FIELDS, last, listOf } from '../harness/matchers';
import type { Row } from '../harness/row';
import { VISIBLE } from '../harness/seeds';
import type { SeedLabel } from '../harness/seeds';

type Query = Record<string, string> | string;

/** A row for a list of the seeds that shows these, in the ruled order. */
function shows(name: string, rule: string, query: Query, ...sessions: SeedLabel[]): Row {
  return { name, rule, request: { tenant: 'library', query }, expect: { status: 200, sessions } };
}

/** A row for a parameter that is refused with a sentence that matches. */
function refused(name: string, rule: string, query: Query, ...error: RegExp[]): Row {
  return { name, rule, request: { tenant: 'library', query }, expect: { status: 400, error } };
}

const SOURCE_SEEDS: Record<string, SeedLabel[]> = {
  widget: ['login'],
  slack: ['refund'],
  intercom: ['percent'],
  zendesk: ['export'],
  gong: ['renewal'],
  posthog: ['takeover'],
  api: ['tieA', 'tieB'],
  manual: ['failed'],
  github: ['plain'],
  fathom: ['analyzed'],
};

const without = (...labels: SeedLabel[]) => VISIBLE.filter((label) => !labels.includes(label));

/** The filters of a list, each alone and some together. */
export const listFilters: Row[] = [
  shows('without filters everything but archived sessions', 'Read: list order', '', ...VISIBLE),
  {
    name: 'the answer holds sessions, total and next_cursor and nothing else',
    rule: 'Documentation: List sessions',
    request: { tenant: 'library' },
    expect: {
      status: 200,
      check: (context) => {
        expect(Object.keys(last(context).json as object).sort()).toEqual([
          'next_cursor',
          'sessions',
          'total',
        ]);
        for (const session of listOf(last(context)).sessions) {
          expect(Object.keys(session).sort()).toEqual(SESSION_FIELDS);
        }
      },
    },
  },
  {
    name: 'a project without sessions has an empty list',
    rule: 'Documentation: List sessions',
    request: { tenant: 'empty' },
    expect: { status: 200, body: { sessions: [], total: 0, next_cursor: null } },
  },
  shows('status=active', 'Documentation: status', { status: 'active' }, ...without('refund')),
  shows('status=closed', 'Documentation: status', { status: 'closed' }, 'refund'),
  refused('status=open', 'Documentation: status', { status: 'open' }, /status/, /active/, /closed/),
  refused('status=ACTIVE', 'Documentation: status', { status: 'ACTIVE' }, /status/, /active/),
  ...Object.entries(SOURCE_SEEDS).map(([source, labels]) =>
    shows(`source=${source}`, 'Documentation: source', { source }, ...labels),
  ),
  refused('source=fax', 'Documentation: source', { source: 'fax' }, /source/, /widget/, /github/),
  shows('tags=bug', 'Documentation: tags', { tags: 'bug' }, 'login', 'export'),
  shows('tags: any of', 'Read: tags', { tags: 'bug,feature_request' }, 'login', 'refund', 'export'),
  shows('tags: blanks after commas', 'Read: tags', { tags: 'losses, bug' }, 'login', 'export', 'renewal'),
  shows('tags that no session has', 'Read: tags', { tags: 'change_request' }),
  refused(
    'tags=urgent',
    'Create: an unknown tag',
    { tags: 'bug,urgent' },
    /tags/,
    /urgent/,
    /general_feedback/,
  ),
  shows('name: a part of it', 'Read: name', { name: 'flow conf' }, 'login'),
  shows('name: whatever its case', 'Read: name', { name: 'eXPORT bUTTON' }, 'export'),
  shows('name: % is a percent sign', 'Read: name', { name: '100%' }, 'percent'),
  shows('name: _ is an underscore', 'Read: name', { name: 'users_like' }, 'percent'),
  shows('name: a backslash is a backslash', 'Read: name', { name: '\\' }),
  shows('name: a quote is a quote', 'Read: name', { name: "' OR 1=1 --" }),
  shows('name: not the description', 'Read: name', { name: 'Quarterly' }),
  shows('name: a plus sign in the address is a blank', 'Read: name', 'name=flow+confusion', 'login'),
  {
    name: 'sessionId: exactly that session',
    rule: 'Read: sessionId',
    request: ({ world }) => ({ tenant: 'library', query: { sessionId: world.seeds.renewal } }),
    expect: { status: 200, sessions: ['renewal'] },
  },
  {
    name: "sessionId of another project's session finds nothing",
    rule: 'Read: sessionId',
    request: ({ world }) => ({ tenant: 'library', query: { sessionId: world.foreignSession } }),
    expect: { status: 200, sessions: [] },
  },
  {
    name: 'sessionId: a part of it finds nothing',
    rule: 'Read: sessionId',
    request: ({ world }) => ({ tenant: 'library', query: { sessionId: world.seeds.renewal.slice(0, -1) } }),
    expect: { status: 200, sessions: [] },
  },
  ...['abc', 'sess_', '1e22', "'", '%', 'x'.repeat(2000)].map((sessionId) =>
    shows(`sessionId ${sessionId.slice(0, 20)} finds nothing`, 'Requests: ids of any shape', { sessionId }),
  ),
  shows('contactId: as given', 'Documentation: contactId', { contactId: 'crm-42' }, 'renewal'),
  shows('contactId that is unknown', 'Documentation: contactId', { contactId: 'crm-4' }),
  shows('companyId: by a link', 'Read: companyId', { companyId: 'acme' }, 'export'),
  shows(
    'companyId: by a link or the contact',
    'Read: companyId',
    { companyId: 'globex' },
    'login',
    'takeover',
  ),
  shows('companyId that is unknown', 'Read: companyId', { companyId: 'initech' }),
  shows('productScopeIds: one', 'Documentation: productScopeIds', { productScopeIds: 'scope-3' }, 'renewal'),
  shows(
    'productScopeIds: any of',
    'Read: productScopeIds',
    { productScopeIds: 'scope-1,scope-2,nil' },
    'export',
    'renewal',
  ),
  shows('productScopeIds: not the companies', 'Read: productScopeIds', { productScopeIds: 'acme' }),
  shows('showArchived=true', 'Documentation: showArchived', { showArchived: 'true' }, ...VISIBLE, 'archived'),
  shows('showArchived=false', 'Documentation: showArchived', { showArchived: 'false' }, ...VISIBLE),
  shows('isHumanTakeover=true', 'Documentation: isHumanTakeover', { isHumanTakeover: 'true' }, 'takeover'),
  shows('isHumanTakeover=false', 'Read: booleans', { isHumanTakeover: 'false' }, ...without('takeover')),
  shows('isAnalyzed=true', 'Read: isAnalyzed', { isAnalyzed: 'true' }, 'analyzed'),
  shows('isAnalyzed=false', 'Read: isAnalyzed', { isAnalyzed: 'false' }, ...without('analyzed')),
  shows('stats=false is an ordinary list', 'Documentation: stats', { stats: 'false' }, ...VISIBLE),
  ...['showArchived', 'isHumanTakeover', 'isAnalyzed', 'stats'].flatMap((name) =>
    ['TRUE', '1', 'yes', 'null', ''].map((value) =>
      refused(`${name}=${value}`, 'Read: booleans', { [name]: value }, new RegExp(name), /true|empty/),
    ),
  ),
  shows(
    'dateFrom: a bare date begins the day',
    'Read: dateFrom',
    { dateFrom: '2026-01-31' },
    ...without('login'),
  ),
  shows(
    'dateTo: a bare date includes the whole day',
    'Read: dateTo',
    { dateTo: '2026-01-31' },
    'login',
    'refund',
    'export',
    'renewal',
  ),
  shows(
    'dateFrom and dateTo: one day',
    'Read: dates',
    { dateFrom: '2026-01-31', dateTo: '2026-01-31' },
    'refund',
    'export',
    'renewal',
  ),
  shows(
    'dateFrom: the very millisecond',
    'Documentation: on or after',
    { dateFrom: '2026-02-06T00:00:00.000Z' },
    'tieA',
    'tieB',
  ),
  shows(
    'dateFrom: a millisecond later',
    'Documentation: on or after',
    { dateFrom: '2026-02-06T00:00:00.001Z' },
    'tieB',
  ),
  shows(
    'dateTo: the very millisecond',
    'Documentation: on or before',
    { dateTo: '2026-01-31T12:00:00.000Z' },
    'login',
    'refund',
    'export',
  ),
  shows(
    'dateTo: a millisecond earlier',
    'Documentation: on or before',
    { dateTo: '2026-01-31T11:59:59.999Z' },
    'login',
    'refund',
  ),
  shows(
    'dateTo: a zone',
    'Documentation: ISO 8601',
    { dateTo: '2026-01-31T14:00:00+02:00' },
    'login',
    'refund',
    'export',
  ),
  shows('dateFrom after dateTo', 'Read: filters combine with AND', {
    dateFrom: '2026-02-01',
    dateTo: '2026-01-01',
  }),
  {
    name: 'an unescaped + in a date is understood or refused',
    rule: 'Requests: unescaped +',
    request: { tenant: 'library', query: 'dateTo=2026-01-31T14:00:00+02:00' },
    expect: {
      status: [200, 400],
      check: (context) => {
        if (last(context).status === 200) expect(listOf(last(context)).total).toBe(3);
        else expect(last(context).text).toContain('dateTo');
      },
    },
  },
  ...['dateFrom', 'dateTo'].flatMap((name) =>
    [
      'yesterday',
      '',
      '2026-02-30',
      '2026-13-01',
      '2026-1-1',
      '1700000000',
      '2026-01-31T25:00:00Z',
      '2026-01-31junk',
      '31/01/2026',
    ].map((value) =>
      refused(
        `${name}=${value}`,
        'Read: a date that is no date',
        { [name]: value },
        new RegExp(name),
        /ISO 8601|empty/,
      ),
    ),
  ),
  shows(
    'filters combine with AND',
    'Read: AND',
    { tags: 'bug', source: 'zendesk', companyId: 'acme', dateTo: '2026-01-31' },
    'export',
  ),
  shows('one filter that does not match is enough', 'Read: AND', {
    tags: 'bug',
    source: 'zendesk',
    companyId: 'globex',
  }),
  shows(
    'showArchived with other filters',
    'Read: AND',
    { showArchived: 'true', companyId: 'acme' },
    'export',
    'archived',
  ),
];
