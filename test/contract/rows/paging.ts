import { send } from '../harness/client';
import { last, listOf } from '../harness/matchers';
import type { ListBody } from '../harness/matchers';
import type { Context, Row } from '../harness/row';
import { VISIBLE } from '../harness/seeds';
import type { TenantName } from '../harness/world';

const BAD_LIMITS = [
  '0',
  '1001',
  '-1',
  '1.5',
  '1e2',
  '1e22',
  'abc',
  '',
  ' 5',
  '+5',
  '0x10',
  'NaN',
  'Infinity',
  '9'.repeat(400),
];
const BAD_OFFSETS = ['-1', '0.5', '1e22', 'abc', '', 'null', '9'.repeat(400)];

async function page(
  { world }: Context,
  tenant: TenantName,
  query: Record<string, string>,
): Promise<ListBody> {
  const { projectId, key } = world.tenants[tenant];
  const answer = await send(world.urls[0], {
    method: 'GET',
    target: `/api/sessions?${new URLSearchParams({ projectId, ...query }).toString()}`,
    headers: { authorization: `Bearer ${key}` },
  });
  if (answer.status !== 200) throw new Error(`A page was answered ${answer.status}: ${answer.text}`);
  return listOf(answer);
}

/** Ids of every session, in the order in which pages that follow `next_cursor` show them. */
async function walk(context: Context, tenant: TenantName, query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const { sessions, next_cursor } = await page(
      context,
      tenant,
      cursor === null ? query : { ...query, cursor },
    );
    ids.push(...sessions.map(({ id }) => id));
    if (next_cursor !== null) expect(sessions.length).toBe(Number(query.limit));
    cursor = next_cursor;
    expect(ids.length).toBeLessThan(1000);
  } while (cursor !== null);
  return ids;
}

/** A row in which the walk by cursor must visit what one large page shows, in its order. */
function walks(name: string, query: Record<string, string>, limit: number): Row {
  return {
    name,
    rule: 'Read: cursor',
    request: { tenant: 'library', query: { ...query, limit: '1000' } },
    expect: {
      status: 200,
      check: async (context) => {
        const expected = listOf(last(context)).sessions.map(({ id }) => id);
        expect(await walk(context, 'library', { ...query, limit: String(limit) })).toEqual(expected);
      },
    },
  };
}

/** Limit, offset, cursor, total and the order across pages. */
export const paging: Row[] = [
  ...BAD_LIMITS.map((limit): Row => ({
    name: `limit=${limit.slice(0, 20)} is refused`,
    rule: 'Read: limit 1 to 1000',
    request: { tenant: 'library', query: { limit } },
    expect: { status: 400, error: limit === '' ? [/limit/] : [/limit/, /\b1\b/, /1,?000/] },
  })),
  ...BAD_OFFSETS.map((offset): Row => ({
    name: `offset=${offset.slice(0, 20)} is refused`,
    rule: 'Read: offset from 0',
    request: { tenant: 'library', query: { offset } },
    expect: { status: 400, error: offset === '' ? [/offset/] : [/offset/, /\b0\b/] },
  })),
  {
    name: 'limit=1',
    rule: 'Read: total is not the page',
    request: { tenant: 'library', query: { limit: '1' } },
    expect: { status: 200, sessions: ['login'], total: VISIBLE.length },
  },
  {
    name: 'limit=1000',
    rule: 'Read: limit',
    request: { tenant: 'library', query: { limit: '1000' } },
    expect: { status: 200, sessions: VISIBLE, contains: { next_cursor: null } },
  },
  {
    name: 'offset=0',
    rule: 'Read: offset',
    request: { tenant: 'library', query: { offset: '0' } },
    expect: { status: 200, sessions: VISIBLE },
  },
  {
    name: 'offset skips',
    rule: 'Documentation: offset',
    request: { tenant: 'library', query: { offset: '2', limit: '3' } },
    expect: { status: 200, sessions: VISIBLE.slice(2, 5), total: VISIBLE.length },
  },
  {
    name: 'an offset beyond the end is an empty page with the same total',
    rule: 'Read: total',
    request: { tenant: 'library', query: { offset: '5000' } },
    expect: { status: 200, sessions: [], total: VISIBLE.length, contains: { next_cursor: null } },
  },
  ...['2147483648', '9007199254740991', '9223372036854775808'].map((offset): Row => ({
    name: `offset=${offset} does no harm`,
    rule: 'Requests: bad input never gives 500',
    request: { tenant: 'library', query: { offset } },
    expect: { status: [200, 400] },
  })),
  ...['10001', '2147483648', '9007199254740991'].map((offset): Row => ({
    name: `offset=${offset} of a search is an empty page`,
    rule: 'Requests: bad input never gives 500',
    request: { tenant: 'library', query: { search: 'password', offset } },
    expect: { status: 200, contains: { sessions: [], next_cursor: null } },
  })),
  {
    name: 'the default limit is 50',
    rule: 'Documentation: limit',
    request: { tenant: 'busy', json: { name: 'one of 60' }, times: 60 },
    expect: { status: 201 },
    then: [
      {
        request: { tenant: 'busy' },
        expect: {
          status: 200,
          eventually: true,
          check: (context) => {
            const { sessions, total } = listOf(last(context));
            expect([sessions.length, total]).toEqual([50, 60]);
          },
        },
      },
      {
        request: { tenant: 'busy', query: { limit: '7' } },
        expect: {
          status: 200,
          check: async (context) => {
            const ids = await walk(context, 'busy', { limit: '7' });
            expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
          },
        },
      },
    ],
  },
  {
    name: 'the last page has no next_cursor, however exactly it fits',
    rule: 'Read: next_cursor null at the end',
    request: { tenant: 'library', query: { limit: String(VISIBLE.length) } },
    expect: { status: 200, sessions: VISIBLE, contains: { next_cursor: null } },
  },
  {
    name: 'a full page before the last has a next_cursor',
    rule: 'Read: next_cursor',
    request: { tenant: 'library', query: { limit: String(VISIBLE.length - 1) } },
    expect: { status: 200, contains: { next_cursor: expect.stringMatching(/./) as unknown } },
  },
  {
    name: 'offset pages show every session once, in the order of one large page',
    rule: 'Read: stable across pages',
    request: { tenant: 'library', query: { limit: '1000' } },
    expect: {
      status: 200,
      check: async (context) => {
        const ids: string[] = [];
        for (let offset = 0; offset < VISIBLE.length; offset += 2) {
          const { sessions } = await page(context, 'library', { limit: '2', offset: String(offset) });
          ids.push(...sessions.map(({ id }) => id));
        }
        expect(ids).toEqual(listOf(last(context)).sessions.map(({ id }) => id));
      },
    },
  },
  ...[1, 2, 3, 5, 8, 11].map((limit) => walks(`a walk by cursor, ${limit} a page`, {}, limit)),
  walks('a walk by cursor with a filter', { isAnalyzed: 'false', status: 'active' }, 2),
  walks('a walk by cursor with archived sessions', { showArchived: 'true' }, 5),
  walks('a walk by cursor through a search', { search: 'the' }, 1),
  {
    name: 'a page by offset can be continued by cursor',
    rule: 'Read: next_cursor comes with every list',
    request: { tenant: 'library', query: { offset: '1', limit: '2' } },
    expect: { status: 200, sessions: VISIBLE.slice(1, 3), total: VISIBLE.length },
    then: [
      {
        request: (context) => ({
          tenant: 'library',
          query: { limit: '2', cursor: listOf(last(context)).next_cursor ?? '' },
        }),
        expect: { status: 200, sessions: VISIBLE.slice(3, 5), total: VISIBLE.length },
      },
    ],
  },
  {
    name: 'sessions that arrive during a walk neither hide nor repeat others',
    rule: 'Read: stable across pages',
    request: { tenant: 'busy', json: { name: 'before the walk' }, times: 9 },
    expect: { status: 201 },
    then: [
      {
        prepare: async (context) => {
          for (const answer of context.answers) {
            await context.world.untilPersisted((answer.json as { session: { id: string } }).session.id);
          }
        },
        request: { tenant: 'busy', query: { name: 'the walk', limit: '4' } },
        expect: { status: 200 },
      },
      {
        request: {
          tenant: 'busy',
          json: {
            name: 'during the walk',
            messages: [{ role: 'user', content: 'x', created_at: '2030-01-01' }],
          },
          times: 5,
        },
        expect: { status: 201 },
      },
      {
        prepare: async (context) => {
          for (const answer of context.answers.slice(10)) {
            await context.world.untilPersisted((answer.json as { session: { id: string } }).session.id);
          }
        },
        request: ({ answers }) => ({
          tenant: 'busy',
          query: {
            name: 'the walk',
            limit: '1000',
            cursor: answers[9] ? (listOf(answers[9]).next_cursor ?? '') : '',
          },
        }),
        expect: {
          status: 200,
          check: ({ answers }) => {
            const [firstPage, rest] = [answers[9], answers.at(-1)].map(
              (answer) => answer && listOf(answer).sessions,
            );
            const seen = [...(firstPage ?? []), ...(rest ?? [])].map(({ name }) => name);
            expect(seen).toEqual(Array.from({ length: 9 }, () => 'before the walk'));
          },
        },
      },
    ],
  },
  {
    name: 'cursor with offset is refused',
    rule: 'Read: cursor with offset',
    request: { tenant: 'library', query: { limit: '2' } },
    expect: { status: 200 },
    then: [
      {
        request: (context) => ({
          tenant: 'library',
          query: { cursor: listOf(last(context)).next_cursor ?? '', offset: '0' },
        }),
        expect: { status: 400, error: [/cursor/, /offset/] },
      },
    ],
  },
  ...['abc', '%F0%9F%98%80', 'bnVsbA', 'e30', 'W10', `${'A'.repeat(5000)}`, '1', 'eyJhIjoxfQ=='].map(
    (cursor): Row => ({
      name: `the cursor ${cursor.slice(0, 12)} is refused`,
      rule: 'Requests: bad input',
      request: { tenant: 'library', query: `cursor=${cursor}` },
      expect: { status: 400, error: [/cursor/] },
    }),
  ),
  {
    name: "another project's cursor shows none of its sessions",
    rule: 'Read: never another project',
    request: { tenant: 'library', query: { limit: '2' } },
    expect: { status: 200 },
    then: [
      {
        request: (context) => ({
          tenant: 'other',
          query: { cursor: listOf(last(context)).next_cursor ?? '' },
        }),
        expect: {
          status: [200, 400],
          check: (context) => {
            if (last(context).status !== 200) return;
            const theirs = Object.values(context.world.seeds);
            expect(listOf(last(context)).sessions.filter(({ id }) => theirs.includes(id))).toEqual([]);
          },
        },
      },
    ],
  },
];
