import { brotliCompressSync, gzipSync } from 'node:zlib';
import { distinct, last, resultsOf } from '../harness/matchers';
import type { Row } from '../harness/row';
import { BAD_ITEMS, created, lines, ndjson, rejected } from '../harness/batches';

const rule = 'Issue: batch as an NDJSON stream';
const three = '{"name":"n0"}\n{"name":"n1"}\n{"name":"n2"}\n';
const all = { results: [created(0), created(1), created(2)] };

/** The first part of a compressed stream of a thousand sessions. */
function cutGzip(): Buffer {
  const whole = gzipSync(
    Array.from(
      { length: 1000 },
      (_, index) => `${JSON.stringify({ name: `cut ${index} ${Math.random()}` })}\n`,
    ).join(''),
  );
  return whole.subarray(0, Math.floor(whole.length * 0.6));
}

/** Many sessions as lines of JSON. */
export const ndjsonBatch: Row[] = [
  { name: 'lines', rule, request: ndjson(three), expect: { status: 207, body: all } },
  {
    name: 'a last line without its end',
    rule,
    request: ndjson(three.trimEnd()),
    expect: { status: 207, body: all },
  },
  {
    name: 'lines that end with CR LF',
    rule,
    request: ndjson(three.replaceAll('\n', '\r\n')),
    expect: { status: 207, body: all },
  },
  {
    name: 'a charset',
    rule,
    request: ndjson(three, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } }),
    expect: { status: 207, body: all },
  },
  {
    name: 'chunks that cut lines and characters',
    rule,
    request: () => ndjson(`{"name":"${'日'.repeat(20_000)}"}\n`.repeat(3), { chunked: true }),
    expect: { status: 207, body: all },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${resultsOf(last(context))[2]?.id}` }),
        expect: { status: 200, contains: { session: { name: '日'.repeat(20_000) } } },
      },
    ],
  },
  ...(
    [
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
    ] as const
  ).map(([encoding, compress]): Row => ({
    name: `lines by ${encoding}`,
    rule: 'Issue: gzip allowed',
    request: {
      path: '/api/sessions/batch',
      raw: compress(three),
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': encoding },
    },
    expect: { status: 207, body: all },
  })),
  ...['application/json', 'application/x-ndjson'].map((accept): Row => ({
    name: `a stream that breaks off is answered for what was read, as ${accept}`,
    rule: 'Never loses anything silently, and never doubles: what was accepted must not be sent again',
    request: () => ({
      path: '/api/sessions/batch',
      raw: cutGzip(),
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip', accept },
    }),
    expect: {
      status: 207,
      check: (context) => {
        const results = last(context).text.match(/"status":"(created|rejected)"[^}]*/g) ?? [];
        expect(results.length).toBeGreaterThan(10);
        expect(results.slice(0, -1).every((result) => result.includes('created'))).toBe(true);
        expect(results.at(-1)).toMatch(/rejected.*Send again.*"retryable":true/);
      },
    },
  })),
  ...['application/json', 'application/x-ndjson'].map((accept): Row => ({
    name: `a stream that cannot be decoded at all, asked for as ${accept}`,
    rule: 'Bad input never gives 500',
    request: {
      path: '/api/sessions/batch',
      raw: Buffer.from('nope'),
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip', accept },
    },
    expect: { status: 400, error: [/body/i, /Content-Encoding/] },
  })),
  {
    name: 'an empty stream',
    rule,
    request: ndjson('', { method: 'POST' }),
    expect: { status: [207, 400] },
  },
  {
    name: 'a line that is no JSON is an item',
    rule: 'Issue: a line that is no JSON is an item',
    request: ndjson('{"name":"before"}\n{"name":\n{"name":"after"}\n'),
    expect: { status: 207, body: { results: [created(0), rejected(1, /JSON/), created(2)] } },
  },
  {
    name: 'a line of bytes that are no UTF-8 is rejected',
    rule: 'Requests: never loses anything silently',
    request: {
      path: '/api/sessions/batch',
      raw: Buffer.concat([
        Buffer.from('{"name":"'),
        Buffer.from([0xff]),
        Buffer.from('"}\n{"name":"after"}\n'),
      ]),
      headers: { 'content-type': 'application/x-ndjson' },
    },
    expect: { status: 207, body: { results: [rejected(0, /UTF-8|Unicode|JSON/i), created(1)] } },
  },
  ...BAD_ITEMS.map(([what, item, error]): Row => ({
    name: `${what} rejects itself only`,
    rule: 'Issue: one bad item rejects itself only',
    request: ndjson(`{"name":"before"}\n${item}\n{"name":"after"}\n`),
    expect: { status: 207, body: { results: [created(0), rejected(1, error), created(2)] } },
  })),
  {
    name: 'a line of more than 10 MiB rejects itself only',
    rule: 'Requests: limits; issue: one bad item rejects itself only',
    request: () =>
      ndjson(`{"name":"before"}\n{"name":"${'x'.repeat(11 * 1024 * 1024)}"}\n{"name":"after"}\n`),
    expect: { status: 207, body: { results: [created(0), rejected(1, /10485760|10 MiB/), created(2)] } },
  },
  {
    name: '10,050 lines are taken',
    rule: 'Issue: unlimited as NDJSON',
    request: () => ndjson('{"name":"stream"}\n'.repeat(10_050), { tenant: 'busy' }),
    expect: {
      status: 207,
      check: (context) => {
        const results = resultsOf(last(context));
        expect(distinct(results.map(({ id }) => id))).toBe(10_050);
        expect(results.filter(({ status, index }, at) => status !== 'created' || index !== at)).toEqual([]);
      },
    },
  },
  {
    name: 'results as NDJSON when asked for',
    rule: 'Issue: as NDJSON, streamed, when Accept asks for it',
    request: ndjson(`${three}[\n`, {
      headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
    }),
    expect: {
      status: 207,
      headers: { 'content-type': /^application\/x-ndjson/ },
      check: (context) => {
        expect(lines(last(context))).toEqual([created(0), created(1), created(2), rejected(3, /JSON/)]);
      },
    },
  },
  {
    name: 'an external record twice in a stream is one session',
    rule,
    request: ndjson(
      '{"external_source":"nd","external_id":"1"}\n{"external_source":"nd","external_id":"1"}\n',
    ),
    expect: {
      status: 207,
      contains: { results: [{ status: 'created' }, { status: 'updated' }] },
      check: (context) => {
        expect(distinct(resultsOf(last(context)).map(({ id }) => id))).toBe(1);
      },
    },
  },
  {
    name: 'a wrong project is refused before the stream is read',
    rule: 'Errors: 403',
    request: ({ world }) => ndjson(three, { projectId: world.tenants.other.projectId }),
    expect: { status: 403, error: [/project/] },
  },
  ...(['other', null] as const).map((project): Row => ({
    name: `a body that is no gzip, ${project === null ? 'without a project' : 'for a wrong project'}, harms nobody`,
    rule: 'Errors: 400, 403; requests: one client cannot stop the product',
    request: ({ world }) => ({
      path: '/api/sessions/batch',
      projectId: project === null ? null : world.tenants[project].projectId,
      raw: 'this is no gzip',
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
      times: 2,
    }),
    expect: { status: project === null ? 400 : 403, error: [/project/] },
    then: [{ request: { path: '/api/healthz', projectId: null, times: 2 }, expect: { status: 200 } }],
  })),
];
