import { decodeId } from '@sessions/contract';
import { last, listOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row } from '../harness/row';
import type { SeedLabel } from '../harness/seeds';
import { isIndexed, until } from '../harness/world';

const rule = 'Read: search';

const user = (content: string) => ({ role: 'user', content });

/** Messages with that many different words, 20,000 each. */
function transcript(words: number): object[] {
  return Array.from({ length: words / 20_000 }, (_, message) =>
    user(Array.from({ length: 20_000 }, (_, word) => `word${message * 20_000 + word}`).join(' ')),
  );
}

/** A row for a search among the seeds, with further parameters, that finds these in any order. */
function finds(name: string, search: string, further: Record<string, string>, ...found: SeedLabel[]): Row {
  return {
    name: `${name}: ${search.slice(0, 60)}`,
    rule,
    request: { tenant: 'library', query: { search, ...further } },
    expect: { status: 200, found },
  };
}

/** Free-text search, and search together with everything else. */
export const search: Row[] = [
  finds('a word of a message', 'procurement', {}, 'renewal'),
  finds('a word of the name', 'kickoff', {}, 'analyzed'),
  finds('a word of the description', 'reimbursement', {}, 'refund'),
  finds('a word of the last message', '120', {}, 'export'),
  finds('words of name, description and message together', 'renewal quarterly autumn', {}, 'renewal'),
  finds('words of different messages', 'button chrome', {}, 'export'),
  finds('any order', 'click button export', {}, 'export'),
  finds('whatever the case', 'EXPORT bUtToN', {}, 'export'),
  finds('an apostrophe', "can't", {}, 'login'),
  finds('punctuation around words', '(export), button!', {}, 'export'),
  finds('several sessions', 'password', {}, 'login', 'takeover'),
  finds('every word must match', 'export procurement', {}),
  finds('a word that nothing has', 'zzzqqq', {}),
  finds('no sources or ids', 'zendesk', {}),
  finds('the last word as a prefix', 'expor', {}, 'export'),
  finds('the last of two words as a prefix', 'nothing cli', {}, 'export'),
  finds('only the last word as a prefix', 'expo button', {}),
  finds('no middle of a word', 'ssword reset', {}),
  finds('one letter missing', 'pasword reset', {}, 'login'),
  finds('one letter too many', 'expport button', {}, 'export'),
  finds('one letter wrong', 'passwird reset', {}, 'login'),
  finds('two letters swapped', 'exprot button', {}, 'export'),
  finds('one typo a word', 'refnud requset', {}, 'refund'),
  finds('no typo below five letters', 'clik button', {}),
  finds('no second typo in a word', 'paswrd reset', {}),
  finds('no second typo in a long word', 'procremnt contract', {}),
  finds('a phrase', '"forgot password"', {}, 'login'),
  finds('a phrase whatever its case', '"Export Button"', {}, 'export'),
  finds('a phrase in another order', '"password forgot"', {}),
  finds('a phrase with a gap', '"export nothing"', {}),
  finds('a phrase and a word', '"export button" macos', {}, 'export'),
  finds('a word left out', 'password -forgot', {}, 'takeover'),
  finds('another word left out', 'password -rotated', {}, 'login'),
  finds('a word left out that nothing has', 'password -zzzqqq', {}, 'login', 'takeover'),
  finds('a hyphen within a word', 'non-existent', {}),
  finds(
    'words after the tenth are ignored',
    'the export button does nothing when I click it chrome zzzqqq',
    {},
    'export',
  ),
  finds('the tenth word counts', 'the export button does nothing when I click it zzzqqq', {}),

  finds('archived sessions only when asked', 'export button', {}, 'export'),
  finds('archived sessions when asked', 'export button', { showArchived: 'true' }, 'export', 'archived'),
  finds('with status', 'password', { status: 'closed' }),
  finds('with the other status', 'refund', { status: 'closed' }, 'refund'),
  finds('with source', 'password', { source: 'widget' }, 'login'),
  finds('with tags', 'the', { tags: 'losses,feature_request' }, 'export', 'renewal'),
  finds(
    'with companyId by a link and by the contact',
    'password',
    { companyId: 'globex' },
    'login',
    'takeover',
  ),
  finds('with companyId of a link', 'the', { companyId: 'acme' }, 'export'),
  finds('with contactId', 'pricing', { contactId: 'crm-42' }, 'renewal'),
  finds('with another contactId', 'pricing', { contactId: 'crm-43' }),
  finds('with productScopeIds', 'the', { productScopeIds: 'scope-1,scope-3' }, 'export', 'renewal'),
  finds('with isHumanTakeover=true', 'password', { isHumanTakeover: 'true' }, 'takeover'),
  finds('with isHumanTakeover=false', 'password', { isHumanTakeover: 'false' }, 'login'),
  finds('with isAnalyzed=true', 'welcome', { isAnalyzed: 'true' }, 'analyzed'),
  finds('with isAnalyzed=false', 'welcome', { isAnalyzed: 'false' }),
  finds('with dateFrom', 'password', { dateFrom: '2026-02-01' }, 'takeover'),
  finds('with dateTo', 'password', { dateTo: '2026-01-30' }, 'login'),
  finds('with name', 'button', { name: 'export' }, 'export'),
  finds('with a name that does not match', 'button', { name: '%' }),
  finds(
    'with everything',
    'expor',
    { tags: 'bug', source: 'zendesk', status: 'active', companyId: 'acme' },
    'export',
  ),
  {
    name: 'with sessionId',
    rule,
    request: ({ world }) => ({
      tenant: 'library',
      query: { search: 'password', sessionId: world.seeds.takeover },
    }),
    expect: { status: 200, found: ['takeover'] },
  },
  {
    name: "another project's sessions are never found",
    rule: 'Read: search never another project',
    request: { tenant: 'empty', query: { search: 'export button' } },
    expect: { status: 200, body: { sessions: [], total: 0, next_cursor: null } },
  },
  {
    name: 'the other project finds only its own',
    rule: 'Read: search never another project',
    request: { tenant: 'other', query: { search: 'export button' } },
    expect: ({ world }) => ({
      status: 200,
      contains: { sessions: [{ id: world.foreignSession }], total: 1 },
    }),
  },
  {
    name: 'total is the number of hits, not of the page',
    rule: 'Read: total',
    request: { tenant: 'library', query: { search: 'password', limit: '1' } },
    expect: {
      status: 200,
      contains: { total: 2 },
      check: (context) => {
        expect(listOf(last(context)).sessions).toHaveLength(1);
      },
    },
    then: [
      {
        request: { tenant: 'library', query: { search: 'password', limit: '1', offset: '1' } },
        expect: {
          status: 200,
          contains: { total: 2 },
          check: ({ answers, world }) => {
            const ids = answers.flatMap((answer) => listOf(answer).sessions.map(({ id }) => id));
            expect(ids.sort()).toEqual([world.seeds.login, world.seeds.takeover].sort());
          },
        },
      },
    ],
  },
  {
    name: 'offset beyond the hits',
    rule: 'Read: total',
    request: { tenant: 'library', query: { search: 'password', offset: '10' } },
    expect: { status: 200, sessions: [], total: 2 },
  },
  ...[
    '"unclosed phrase',
    '"',
    '""',
    '-',
    '--',
    '-"',
    "'",
    '\\',
    '%',
    '_',
    '*',
    ':*',
    '&',
    '|',
    '!',
    '!!a',
    'a & !b | (c',
    '<->',
    'a <2> b',
    '()',
    '😀',
    'a'.repeat(3000),
    'wort '.repeat(1000),
    '\ufeff',
    '{"$ne":1}',
    '登录',
  ].map((text): Row => ({
    name: `${JSON.stringify(text.slice(0, 20))} does no harm`,
    rule: 'Requests: bad input never gives 500',
    request: { tenant: 'library', query: { search: text } },
    expect: { status: [200, 400] },
  })),
  {
    name: 'a stored session is found at once by a word of its transcript',
    rule,
    request: {
      json: {
        name: 'Findable',
        messages: [
          { role: 'user', content: 'hello' },
          { role: 'user', content: 'the quokkanaut waved' },
        ],
      },
    },
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: { query: { search: 'quokkanaut' } },
        expect: (context) => ({
          status: 200,
          contains: { total: 1, sessions: [{ id: lastId(context) }] },
        }),
      },
    ],
  },
  {
    name: 'a transcript of 300,000 words is searchable to its last word',
    rule: 'Read: search covers every message',
    request: () => ({
      json: { name: 'Marathon', messages: [...transcript(300_000), user('the finish: zyzzyvathon')] },
    }),
    expect: { status: 201 },
    then: [
      {
        prepare: async (context) => {
          const { database, tenants } = context.world;
          await context.world.untilPersisted(lastId(context));
          await until('the index to be up to date', () => isIndexed(database, tenants.main.uuid));
        },
        request: { query: { search: 'word299999 marathon zyzzyvathon' } },
        expect: (context) => ({ status: 200, contains: { total: 1, sessions: [{ id: lastId(context) }] } }),
      },
    ],
  },
  {
    name: 'a session is found by its newest words only',
    rule,
    request: { json: { external_source: 'search', external_id: '1', messages: [user('the gnomon fell')] } },
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: {
          json: { external_source: 'search', external_id: '1', messages: [user('the sextant fell')] },
        },
        expect: { status: 200 },
      },
      {
        request: { query: { search: 'sextant' } },
        expect: { status: 200, eventually: true, contains: { total: 1 } },
      },
      { request: { query: { search: 'gnomon' } }, expect: { status: 200, contains: { total: 0 } } },
    ],
  },
  ...(
    [
      ['was archived', 'walrus', { is_archived: true }, {}],
      ['has another status', 'penguin', { status: 'closed' }, { status: 'active' }],
      ['was taken over', 'ostrich', { is_human_takeover: true }, { isHumanTakeover: 'false' }],
    ] as const
  ).map(([what, word, columns, query]): Row => ({
    name: `a session that ${what} since it was indexed is not shown`,
    rule: 'Read: however stale the index',
    request: { json: { name: `The ${word}` } },
    expect: { status: 201 },
    then: [
      {
        prepare: async ({ world, answers: [created] }) => {
          const { id } = (created?.json as { session: { id: string } }).session;
          await world.untilPersisted(id);
          await until('the index to be up to date', () => isIndexed(world.database, world.tenants.main.uuid));
          const [column = '', value] = Object.entries(columns)[0] ?? [];
          // In one transaction, so that the index never hears of it.
          await world.database
            .query(`UPDATE sessions SET ${column} = '${value}' WHERE id = '${decodeId('sess', id)}';
            DELETE FROM search_outbox WHERE session_id = '${decodeId('sess', id)}'`);
        },
        request: { query: { search: word, ...query } },
        expect: { status: 200, body: { sessions: [], total: 0, next_cursor: null } },
      },
    ],
  })),
];
