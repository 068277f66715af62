import { ndjson } from '../harness/batches';
import { last, listOf, sessionOf } from '../harness/matchers';
import type { Answer } from '../harness/client';
import type { Row, RowRequest } from '../harness/row';

const rule = 'Create: Idempotency-Key';
const replayed = { 'idempotency-replayed': /^true$/ };

/** A create with that key. */
const keyed = (key: string, json: object, further: RowRequest = {}): RowRequest => ({
  json,
  headers: { 'idempotency-key': key },
  ...further,
});

/** A row for a key that is taken, and taken once. */
function taken(name: string, key: string): Row {
  return {
    name,
    rule,
    request: keyed(key, { name: 'once' }),
    expect: { status: 201, headers: { 'idempotency-replayed': null } },
    then: [
      {
        request: keyed(key, { name: 'once' }),
        expect: (context) => ({ status: 201, body: last(context).json, headers: replayed }),
      },
    ],
  };
}

/** Repeating a create without making a second session. */
export const idempotency: Row[] = [
  taken('a repeated create gives the first answer again', 'row-1'),
  taken('a key of one character', '!'),
  taken('a key of 255 characters', 'k'.repeat(255)),
  taken('a key with blanks, quotes and symbols', '"a b" {c}; d=e, ~/\\'),
  {
    name: 'a replay has the Location of the first answer',
    rule,
    request: keyed('row-location', {}),
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-location', {}),
        expect: (context) => ({
          status: 201,
          check: (then) => {
            expect(last(then).headers.location).toBe(last(context).headers.location);
          },
        }),
      },
    ],
  },
  {
    name: 'a replay after the session was stored gives the first answer again',
    rule,
    request: keyed('row-stored', { messages: [{ role: 'user', content: 'x' }] }),
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(sessionOf(last(context)).id),
        request: keyed('row-stored', { messages: [{ role: 'user', content: 'x' }] }),
        expect: (context) => ({ status: 201, body: last(context).json, headers: replayed }),
      },
    ],
  },
  {
    name: 'the same key with another body is refused',
    rule: 'Create: 422',
    request: keyed('row-2', { name: 'one' }),
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-2', { name: 'two' }),
        expect: { status: 422, error: [/Idempotency-Key/i, /body/] },
      },
      { request: keyed('row-2', { name: 'one' }), expect: { status: 201, headers: replayed } },
    ],
  },
  {
    name: 'the same key in another project is another key',
    rule: 'Create: per project',
    request: keyed('row-3', { name: 'ours' }),
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-3', { name: 'theirs' }, { tenant: 'other' }),
        expect: {
          status: 201,
          contains: { session: { name: 'theirs' } },
          headers: { 'idempotency-replayed': null },
        },
      },
    ],
  },
  {
    name: 'another key with the same body is another session',
    rule,
    request: keyed('row-4', { name: 'equal' }),
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-5', { name: 'equal' }),
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
    name: 'keys differ by case',
    rule,
    request: keyed('row-case', { name: 'equal' }),
    expect: { status: 201 },
    then: [
      {
        request: keyed('ROW-CASE', { name: 'other' }),
        expect: { status: 201, contains: { session: { name: 'other' } } },
      },
    ],
  },
  {
    name: 'a refused body does not use its key up',
    rule: 'Create: Idempotency-Key; a typo must not lose data',
    request: keyed('row-6', { nmae: 'x' }),
    expect: { status: 400 },
    then: [{ request: keyed('row-6', { name: 'x' }), expect: { status: 201 } }],
  },
  {
    name: 'a key of 256 characters is refused',
    rule: 'Create: up to 255 characters',
    request: keyed('k'.repeat(256), {}),
    expect: { status: 400, error: [/Idempotency-Key/i, /255/] },
  },
  {
    name: 'an empty key is refused',
    rule: 'Create: any printable, up to 255 characters',
    request: keyed('', {}),
    expect: { status: 400, error: [/Idempotency-Key/i, /255/] },
  },
  {
    name: 'a key that is not printable is refused',
    rule: 'Create: any printable',
    request: keyed('a\tb', {}),
    expect: { status: 400, error: [/Idempotency-Key/i, /printable/] },
  },
  {
    name: 'a key beside an external record replays too',
    rule,
    request: keyed('row-7', { external_source: 'idem', external_id: '1', name: 'v1' }),
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-7', { external_source: 'idem', external_id: '1', name: 'v1' }),
        expect: (context) => ({ status: 201, body: last(context).json, headers: replayed }),
      },
    ],
  },
  {
    name: 'a repeated update is not applied again over a newer one',
    rule,
    request: { json: { external_source: 'idem', external_id: '2', name: 'v1' } },
    expect: { status: 201 },
    then: [
      {
        request: keyed('row-9', { external_source: 'idem', external_id: '2', name: 'v2' }),
        expect: { status: 200, headers: { 'idempotency-replayed': null } },
      },
      {
        request: { json: { external_source: 'idem', external_id: '2', name: 'v3' } },
        expect: { status: 200 },
      },
      {
        request: keyed('row-9', { external_source: 'idem', external_id: '2', name: 'v2' }),
        expect: { status: 200, contains: { session: { name: 'v2' } }, headers: replayed },
      },
      {
        prepare: (context) => context.world.untilDrained(),
        request: (context) => ({ path: `/api/sessions/${sessionOf(last(context)).id}` }),
        expect: { status: 200, contains: { session: { name: 'v3' } } },
      },
    ],
  },
  {
    name: '200 at once with one key are one session',
    rule: 'Create: Idempotency-Key; 409 while in flight',
    request: keyed('row-8', { name: 'idempotent crowd' }, { times: 200 }),
    expect: {
      status: [201, 409],
      check: ({ answers }) => {
        const made = answers.filter(({ status }) => status === 201);
        expect(made.length).toBeGreaterThan(0);
        expect(new Set(made.map((answer) => sessionOf(answer).id)).size).toBe(1);
        expect(made.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
      },
    },
    then: [
      {
        request: keyed('row-8', { name: 'idempotent crowd' }),
        expect: { status: 201, headers: replayed },
      },
      {
        prepare: (context) => context.world.untilPersisted(sessionOf(last(context)).id),
        request: { query: { name: 'idempotent crowd' } },
        expect: {
          status: 200,
          check: (context) => {
            expect(listOf(last(context)).total).toBe(1);
          },
        },
      },
    ],
  },
  {
    name: 'a repeated JSON batch gives the first answer again',
    rule,
    request: keyed('row-batch', [{ name: 'a' }, { name: 3 }], { path: '/api/sessions/batch' }),
    expect: { status: 207, headers: { 'idempotency-replayed': null } },
    then: [
      {
        request: keyed('row-batch', [{ name: 'a' }, { name: 3 }], { path: '/api/sessions/batch' }),
        expect: (context) => ({ status: 207, body: last(context).json, headers: replayed }),
      },
      {
        request: keyed('row-batch', [{ name: 'b' }], { path: '/api/sessions/batch' }),
        expect: { status: 422, error: [/Idempotency-Key/i, /body/] },
      },
      {
        request: keyed('row-batch', { name: 'a' }),
        expect: { status: 422, error: [/Idempotency-Key/i, /body/] },
      },
    ],
  },
  {
    name: 'a repeated batch does not undo what was sent since',
    rule,
    request: keyed('row-batch-old', [{ external_source: 'z', external_id: 'row-batch-old', name: 'old' }], {
      path: '/api/sessions/batch',
    }),
    expect: { status: 207 },
    then: [
      {
        request: { json: { external_source: 'z', external_id: 'row-batch-old', name: 'newer' } },
        expect: { status: 200 },
      },
      {
        request: keyed(
          'row-batch-old',
          [{ external_source: 'z', external_id: 'row-batch-old', name: 'old' }],
          {
            path: '/api/sessions/batch',
          },
        ),
        expect: { status: 207, headers: replayed },
      },
      {
        request: { json: { external_source: 'z', external_id: 'row-batch-old' } },
        expect: { status: 200, contains: { session: { name: 'newer' } } },
      },
    ],
  },
  {
    name: 'a key that was forgotten makes another session of another body, and none of the same one',
    rule: 'Create: Once answered, the session exists',
    request: keyed('row-forgotten', { name: 'first' }),
    expect: { status: 201 },
    then: [
      {
        prepare: async ({ world, answers }) => {
          await world.untilPersisted(sessionOf(answers[0] as Answer).id);
          await world.forgetKeys();
        },
        request: keyed('row-forgotten', { name: 'second' }),
        expect: { status: 201, contains: { session: { name: 'second' } } },
      },
      {
        prepare: (context) => context.world.untilPersisted(sessionOf(last(context)).id),
        request: (context) => ({ path: `/api/sessions/${sessionOf(last(context)).id}` }),
        expect: { status: 200, contains: { session: { name: 'second' } } },
      },
      {
        prepare: ({ world }) => world.forgetKeys(),
        request: keyed('row-forgotten', { name: 'first' }),
        expect: ({ answers }) => ({
          status: 201,
          contains: { session: { id: sessionOf(answers[0] as Answer).id } },
        }),
      },
    ],
  },
  {
    name: 'a stream cannot have a key, since it is stored while it arrives',
    rule,
    request: ndjson('{"name":"x"}\n', {
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'row-stream' },
    }),
    expect: { status: 400, error: [/Idempotency-Key/i, /NDJSON/] },
  },
];
