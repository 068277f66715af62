import { eventually, record, update } from '../harness/external';
import { first, last, listOf, sessionOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row, Step } from '../harness/row';

const rule = 'Create: external_source + external_id';

/** Records of other systems, which are sent again and again. */
export const external: Row[] = [
  {
    name: 'the first time creates, the second updates the same session',
    rule,
    request: { json: record('twice', { name: 'v1' }) },
    expect: {
      status: 201,
      contains: { session: { external_source: 'rows', external_id: 'twice', name: 'v1' } },
    },
    then: [
      update(record('twice', { name: 'v2' }), { name: 'v2' }),
      eventually({ name: 'v2' }),
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: { json: record('twice', { name: 'v3' }) },
        expect: (context) => ({
          status: 200,
          contains: { session: { id: sessionOf(first(context)).id, name: 'v3' } },
        }),
      },
      eventually({ name: 'v3' }),
    ],
  },
  {
    name: 'created_at stays and updated_at grows',
    rule,
    request: { json: record('times', { name: 'v1' }) },
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: { json: record('times', { name: 'v2' }) },
        expect: {
          status: 200,
          check: ({ answers }) => {
            const [before, after] = answers.map(sessionOf);
            expect(after?.created_at).toBe(before?.created_at);
            expect(Date.parse(after?.updated_at ?? '')).toBeGreaterThan(Date.parse(before?.updated_at ?? ''));
          },
        },
      },
    ],
  },
  {
    name: 'the newest of twenty versions wins',
    rule: 'Create: the newest accepted wins',
    request: { json: record('newest', { name: 'v0' }) },
    expect: { status: 201 },
    then: [
      ...Array.from({ length: 20 }, (_, index) => update(record('newest', { name: `v${index + 1}` }))),
      eventually({ name: 'v20' }),
      {
        prepare: (context) => context.world.untilDrained(),
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: { status: 200, contains: { session: { name: 'v20' } } },
      },
    ],
  },
  {
    name: 'a GET right after each of a hundred updates shows it',
    rule: 'Create: a GET by id finds it at once',
    request: { json: record('followed', { name: 'v0' }) },
    expect: { status: 201 },
    then: Array.from({ length: 200 }, (_, index): Step => {
      const name = `v${Math.floor(index / 2) + 1}`;
      return index % 2 === 0
        ? update(record('followed', { name, messages: [{ role: 'user', content: name }] }), { name })
        : {
            request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
            expect: { status: 200, contains: { session: { name }, messages: [{ content: name }] } },
          };
    }),
  },
  {
    name: 'a GET right after the answer of an update shows it',
    rule: 'Create: a GET by id finds it at once',
    request: {
      json: record('read-your-update', { name: 'v1', messages: [{ role: 'user', content: 'one' }] }),
    },
    expect: { status: 201 },
    then: [
      update(record('read-your-update', { name: 'v2' })),
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: { status: 200, contains: { session: { name: 'v2' }, messages: [{ content: 'one' }] } },
      },
    ],
  },
  {
    name: 'the same id of another system is another session',
    rule,
    request: { json: record('shared') },
    expect: { status: 201 },
    then: [
      {
        request: { json: { external_source: 'rows2', external_id: 'shared' } },
        expect: {
          status: 201,
          check: ({ answers }) => {
            expect(new Set(answers.map((answer) => sessionOf(answer).id)).size).toBe(2);
          },
        },
      },
    ],
  },
  {
    name: 'source and id are not run together',
    rule,
    request: { json: { external_source: 'ab', external_id: 'c' } },
    expect: { status: 201 },
    then: [{ request: { json: { external_source: 'a', external_id: 'bc' } }, expect: { status: 201 } }],
  },
  {
    name: 'the same record in another project is another session',
    rule,
    request: { json: record('tenant') },
    expect: { status: 201 },
    then: [
      {
        request: { tenant: 'other', json: record('tenant') },
        expect: {
          status: 201,
          check: ({ answers }) => {
            expect(new Set(answers.map((answer) => sessionOf(answer).id)).size).toBe(2);
          },
        },
      },
    ],
  },
  ...(
    [
      ['external_id without external_source', { external_id: '1' }],
      ['external_source without external_id', { external_source: 'rows' }],
    ] as const
  ).map(([name, json]): Row => ({
    name: `${name} is refused`,
    rule: 'Create: both or neither',
    request: { json },
    expect: { status: 400, error: [/external_id/, /external_source/] },
  })),
  ...[record(''), { external_source: '', external_id: '1' }].map((json): Row => ({
    name: `${JSON.stringify(json)} is refused`,
    rule: 'Create: both or neither',
    request: { json },
    expect: { status: 400, error: [/external_(id|source)/, /empty/] },
  })),
  {
    name: '200 at once make one session',
    rule: 'Create: never a second one, however concurrent',
    request: {
      json: record('crowd', { name: 'external crowd', messages: [{ role: 'user', content: 'x' }] }),
      times: 200,
    },
    expect: {
      status: [200, 201],
      check: ({ answers }) => {
        expect(new Set(answers.map((answer) => sessionOf(answer).id)).size).toBe(1);
        expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
      },
    },
    then: [
      {
        prepare: (context) => context.world.untilDrained(),
        request: { query: { name: 'external crowd' } },
        expect: {
          status: 200,
          check: (context) => {
            const { sessions, total } = listOf(last(context));
            expect([total, sessions[0]?.message_count]).toEqual([1, 1]);
          },
        },
      },
    ],
  },
];
