import { BAD_ITEMS, BATCH_PATH, created, lines, rejected } from '../harness/batches';
import { distinct, first, last, listOf, resultsOf } from '../harness/matchers';
import type { Row } from '../harness/row';

const rule = 'Issue: POST /api/sessions/batch';
const path = BATCH_PATH;

/** Many sessions in one JSON request. */
export const batch: Row[] = [
  {
    name: 'an array of sessions',
    rule,
    request: { path, json: [{ name: 'b0' }, { name: 'b1' }, {}] },
    expect: { status: 207, body: { results: [created(0), created(1), created(2)] } },
  },
  {
    name: 'an object with sessions',
    rule,
    request: { path, json: { sessions: [{ name: 'b0' }, { name: 'b1' }] } },
    expect: { status: 207, body: { results: [created(0), created(1)] } },
  },
  {
    name: 'an empty array has no results',
    rule,
    request: { path, json: [] },
    expect: { status: 207, body: { results: [] } },
  },
  {
    name: 'an object with an empty array has no results',
    rule,
    request: { path, json: { sessions: [] } },
    expect: { status: 207, body: { results: [] } },
  },
  {
    name: 'the results are in the order of the items',
    rule,
    request: () => ({
      path,
      json: Array.from({ length: 120 }, (_, index) => ({ name: `ordered ${index}` })),
    }),
    expect: { status: 207 },
    then: [10, 60, 119].map((index) => ({
      request: (context) => ({ path: `/api/sessions/${resultsOf(first(context))[index]?.id}` }),
      expect: { status: 200, contains: { session: { name: `ordered ${index}` } } },
    })),
  },
  {
    name: 'a session of a batch can be got the moment it was answered',
    rule: 'Create: a GET by id finds it at once',
    request: { path, json: [{ name: 'batched', messages: [{ role: 'user', content: ' a ' }] }] },
    expect: { status: 207 },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${resultsOf(last(context))[0]?.id}` }),
        expect: {
          status: 200,
          contains: { session: { name: 'batched', source: 'api' }, messages: [{ content: 'a' }] },
        },
      },
    ],
  },
  ...BAD_ITEMS.map(([what, item, error]): Row => ({
    name: `${what} rejects itself only`,
    rule: 'Issue: one bad item rejects itself only',
    request: { path, raw: `[{"name":"before"},${item},{"name":"after"}]` },
    expect: { status: 207, body: { results: [created(0), rejected(1, error), created(2)] } },
  })),
  {
    name: 'only bad items are all rejected',
    rule,
    request: { path, json: [null, { nmae: 'x' }] },
    expect: { status: 207, body: { results: [rejected(0, /object/), rejected(1, /nmae/)] } },
  },
  {
    name: 'an external record is created, then updated',
    rule,
    request: { path, json: [{ external_source: 'batch', external_id: '1', name: 'v1' }] },
    expect: { status: 207, body: { results: [created(0)] } },
    then: [
      {
        request: { path, json: [{ external_source: 'batch', external_id: '1', name: 'v2' }] },
        expect: (context) => ({
          status: 207,
          body: {
            results: [{ index: 0, status: 'updated', id: resultsOf(last(context))[0]?.id, retryable: false }],
          },
        }),
      },
      {
        request: (context) => ({ path: `/api/sessions/${resultsOf(last(context))[0]?.id}` }),
        expect: { status: 200, eventually: true, contains: { session: { name: 'v2' } } },
      },
    ],
  },
  {
    name: 'the same external record twice in a batch is one session, the last of it wins',
    rule,
    request: {
      path,
      json: [
        { external_source: 'batch', external_id: 'twice', name: 'v1' },
        { external_source: 'batch', external_id: 'twice', name: 'v2' },
      ],
    },
    expect: {
      status: 207,
      contains: { results: [{ status: 'created' }, { status: 'updated' }] },
      check: (context) => {
        expect(distinct(resultsOf(last(context)).map(({ id }) => id))).toBe(1);
      },
    },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(resultsOf(last(context))[0]?.id ?? ''),
        request: (context) => ({ path: `/api/sessions/${resultsOf(last(context))[0]?.id}` }),
        expect: { status: 200, eventually: true, contains: { session: { name: 'v2' } } },
      },
    ],
  },
  {
    name: 'the last of an external record wins, however far apart its versions stand in a batch',
    rule,
    request: {
      path,
      json: [
        { external_source: 'batch', external_id: 'far apart', name: 'v1' },
        ...Array.from({ length: 1200 }, (_, place) => ({ name: `Between ${place}` })),
        { external_source: 'batch', external_id: 'far apart', name: 'v2' },
      ],
    },
    expect: {
      status: 207,
      check: (context) => {
        const results = resultsOf(last(context));
        expect([results[0], results.at(-1)]).toMatchObject([{ status: 'created' }, { status: 'updated' }]);
      },
    },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(resultsOf(last(context)).at(-1)?.id ?? ''),
        request: (context) => ({ path: `/api/sessions/${resultsOf(last(context))[0]?.id}` }),
        expect: { status: 200, eventually: true, contains: { session: { name: 'v2' } } },
      },
    ],
  },
  ...(
    [
      ['null', 'null', [/array|sessions/]],
      ['a text', '"abc"', [/array|sessions/]],
      ['an object without sessions', '{}', [/sessions/]],
      ['sessions that are no array', '{"sessions":{}}', [/sessions/, /array/]],
      ['sessions null', '{"sessions":null}', [/sessions/, /array/]],
      ['a field beside sessions', '{"sessions":[],"dry_run":true}', [/dry_run/]],
      ['malformed JSON', '[{"name":"x"},', [/JSON/]],
      ['an empty body', '', [/body|JSON/i]],
    ] as const
  ).map(([what, raw, error]): Row => ({
    name: `${what} is refused as a whole`,
    rule: 'Requests: bad input',
    request: { path, method: 'POST', raw },
    expect: { status: 400, error: [...error] },
  })),
  {
    name: '10,001 sessions are refused',
    rule: 'Issue: up to 10,000 sessions',
    request: () => ({ path, json: Array.from({ length: 10_001 }, () => ({})) }),
    expect: { status: [400, 413], error: [/10,?000/] },
  },
  {
    name: '10,000 sessions are taken',
    rule: 'Issue: up to 10,000 sessions',
    request: () => ({ path, tenant: 'busy', json: Array.from({ length: 10_000 }, () => ({ name: 'bulk' })) }),
    expect: {
      status: 207,
      check: (context) => {
        const results = resultsOf(last(context));
        expect(results.map(({ index }) => index)).toEqual(
          Array.from({ length: 10_000 }, (_, index) => index),
        );
        expect(results.filter(({ status }) => status !== 'created')).toEqual([]);
        expect(distinct(results.map(({ id }) => id))).toBe(10_000);
      },
    },
    then: [
      {
        request: { tenant: 'busy', query: { name: 'bulk', limit: '1' } },
        expect: {
          status: 200,
          eventually: true,
          check: (context) => {
            expect(listOf(last(context)).total).toBe(10_000);
          },
        },
      },
    ],
  },
  {
    name: 'a body of more than 10 MiB is taken',
    rule: 'Issue: up to 64 MiB as JSON',
    request: () => ({ path, raw: `[${' '.repeat(12 * 1024 * 1024)}{"name":"far in"}]` }),
    expect: { status: 207, body: { results: [created(0)] } },
  },
  {
    name: 'a body of more than 64 MiB is refused',
    rule: 'Issue: up to 64 MiB as JSON',
    request: () => ({ path, raw: `[${' '.repeat(64 * 1024 * 1024)}{"name":"too far in"}]` }),
    expect: { status: 413, error: [/body/i, /67108864|64 MiB/] },
  },
  {
    name: 'an unknown query parameter is refused by name',
    rule: 'Requests: unknown query parameters',
    request: { path, json: [{}], query: { atomic: 'true' } },
    expect: { status: 400, error: [/atomic/] },
  },
  {
    name: 'another media type is refused',
    rule: 'Requests: 415',
    request: { path, raw: 'name\nx', headers: { 'content-type': 'text/csv' } },
    expect: { status: 415, error: [/application\/json/, /application\/x-ndjson/] },
  },
  {
    name: 'results as NDJSON when asked for',
    rule: 'Issue: NDJSON when Accept asks for it',
    request: { path, json: [{ name: 'b0' }, null], headers: { accept: 'application/x-ndjson' } },
    expect: {
      status: 207,
      headers: { 'content-type': /^application\/x-ndjson/ },
      check: (context) => {
        expect(lines(last(context))).toEqual([created(0), rejected(1, /object/)]);
      },
    },
  },
  ...['application/json', '*/*', 'text/html, application/json;q=0.9, */*;q=0.1'].map((accept): Row => ({
    name: `results as JSON for Accept: ${accept}`,
    rule,
    request: { path, json: [{}], headers: { accept } },
    expect: {
      status: 207,
      headers: { 'content-type': /^application\/json/ },
      body: { results: [created(0)] },
    },
  })),
];
