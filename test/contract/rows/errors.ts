import { brotliCompressSync, gzipSync } from 'node:zlib';
import { last } from '../harness/matchers';
import type { Row } from '../harness/row';

const rule = 'Requests: bad input';
const named = (name: string) => Buffer.from(JSON.stringify({ name }));

/** Malformed requests, framework errors, encodings and request ids. */
export const errors: Row[] = [
  ...(
    [
      ['malformed JSON', '{"name": "x"', [/JSON/]],
      ['text that is no JSON', 'name=x', [/JSON/]],
      ['a comment in JSON', '{/* hi */}', [/JSON/]],
      ['an empty body', '', [/body|JSON/i]],
      ['null', 'null', [/body/i, /object/]],
      ['an empty array', '[]', [/body/i, /object/]],
      ['an array of a session', '[{"name":"x"}]', [/body/i, /object/]],
      ['a text', '"abc"', [/body/i, /object/]],
      ['a number', '1', [/body/i, /object/]],
      ['true', 'true', [/body/i, /object/]],
      ['arrays a hundred thousand levels deep', '['.repeat(100_000) + ']'.repeat(100_000), [/body|JSON/i]],
    ] as const
  ).map(([what, raw, error]): Row => ({
    name: `${what} as body is refused`,
    rule,
    request: { method: 'POST', raw },
    expect: { status: 400, error: [...error] },
  })),
  {
    name: 'a POST without any body is refused',
    rule,
    request: { method: 'POST' },
    expect: { status: [400, 415], error: [/JSON|body/i] },
  },
  {
    name: 'bytes that are no UTF-8 are refused rather than replaced',
    rule: 'Requests: never loses anything silently',
    request: { raw: Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]) },
    expect: { status: 400, error: [/UTF-8|Unicode|JSON/i] },
  },
  {
    name: 'an unknown field is refused by name',
    rule: 'Requests: unknown body fields',
    request: { json: { nmae: 'x' } },
    expect: { status: 400, error: [/nmae/] },
  },
  ...['id', 'project_id', 'projectId', 'message_count', 'created_at', 'is_archived', 'metadata'].map(
    (field): Row => ({
      name: `the field ${field} cannot be sent`,
      rule: 'Requests: unknown body fields',
      request: { json: { name: 'x', [field]: 1 } },
      expect: { status: 400, error: [new RegExp(`\\b${field}\\b`)] },
    }),
  ),
  {
    name: 'every unknown field is named',
    rule: 'Requests: unknown body fields',
    request: { json: { nmae: 'x', descripton: 'y' } },
    expect: {
      status: 400,
      check: (context) => {
        expect(last(context).text).toContain('nmae');
        expect(last(context).text).toContain('descripton');
      },
    },
  },
  {
    name: 'an unknown query parameter of a create is refused by name',
    rule: 'Requests: unknown query parameters',
    request: { json: {}, query: { dryRun: 'true' } },
    expect: { status: 400, error: [/dryRun/] },
  },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ].map((type): Row => ({
    name: `a body of ${type} is refused`,
    rule: 'Requests: 415',
    request: { raw: '{"name":"x"}', headers: { 'content-type': type } },
    expect: { status: 415, error: [/Content-Type|application\/json|JSON/i] },
  })),
  ...['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'].map(
    (type): Row => ({
      name: `a body of ${type} is taken`,
      rule: 'Requests: 415',
      request: { raw: '{"name":"x"}', headers: { 'content-type': type } },
      expect: { status: 201 },
    }),
  ),
  ...(
    [
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
    ] as const
  ).flatMap(([encoding, compress]): Row[] => [
    {
      name: `a ${encoding} body is taken`,
      rule: 'Requests: gzip and brotli',
      request: { raw: compress(named(`by ${encoding}`)), headers: { 'content-encoding': encoding } },
      expect: { status: 201, contains: { session: { name: `by ${encoding}` } } },
    },
    {
      name: `a chunked ${encoding} body is taken`,
      rule: 'Requests: gzip and brotli',
      request: {
        raw: compress(named('é'.repeat(32 * 1024))),
        headers: { 'content-encoding': encoding },
        chunked: true,
      },
      expect: { status: 201, contains: { session: { name: 'é'.repeat(32 * 1024) } } },
    },
    {
      name: `a body that only claims to be ${encoding} is refused`,
      rule,
      request: { raw: '{"name":"x"}', headers: { 'content-encoding': encoding } },
      expect: { status: 400, error: [/body/i, /Content-Encoding/i] },
    },
    {
      name: `a ${encoding} body that was cut off is refused`,
      rule,
      request: {
        raw: compress(named('x'.repeat(5000))).subarray(0, -6),
        headers: { 'content-encoding': encoding },
      },
      expect: { status: 400, error: [/body/i, /Content-Encoding/i] },
    },
  ]),
  ...['compress', 'constructor'].map((encoding): Row => ({
    name: `the unknown encoding ${encoding} of a body is refused`,
    rule: 'Requests: gzip and brotli',
    request: { raw: '{"name":"x"}', headers: { 'content-encoding': encoding } },
    expect: { status: 415, error: [/Content-Encoding|encoding/i, /gzip/] },
  })),
  {
    name: 'a chunked body is taken',
    rule: 'Create',
    request: { raw: named('chunked'), chunked: true },
    expect: { status: 201, contains: { session: { name: 'chunked' } } },
  },
  {
    name: 'Expect: 100-continue is answered',
    rule: 'Create',
    request: { json: { name: 'curl with a large body' }, headers: { expect: '100-continue' } },
    expect: { status: 201 },
  },
  ...['/', '/api', '/api/session', '/api/sessions/sess_1/messages', '/sessions', '/api/v2/sessions'].map(
    (path): Row => ({
      name: `there is nothing at ${path}`,
      rule: 'Requests: framework errors are JSON',
      request: { path },
      expect: { status: 404, error: [/./] },
    }),
  ),
  ...(
    [
      ['PUT', '/api/sessions', /GET.*POST|POST.*GET/],
      ['DELETE', '/api/sessions', /GET.*POST|POST.*GET/],
      ['PATCH', '/api/sessions', /GET.*POST|POST.*GET/],
      ['PUT', '/api/sessions/sess_abc123', /GET/],
      ['PATCH', '/api/sessions/sess_abc123', /GET/],
      ['DELETE', '/api/sessions/sess_abc123', /GET/],
      ['POST', '/api/sessions/sess_abc123', /GET/],
      ['PUT', '/api/sessions/batch', /POST/],
      ['POST', '/api/healthz', /GET/],
    ] as const
  ).map(([method, path, allow]): Row => ({
    name: `${method} ${path} is not allowed`,
    rule: 'Requests: framework errors are JSON (405)',
    request: { method, path },
    expect: { status: 405, error: [new RegExp(method), /GET|POST/], headers: { allow } },
  })),
  {
    name: 'HEAD has no body',
    rule: 'Requests: bad input never gives 500',
    request: { method: 'HEAD' },
    expect: {
      status: [200, 405],
      check: (context) => {
        expect(last(context).text).toBe('');
      },
    },
  },
  {
    name: 'an X-Request-Id is echoed',
    rule: 'Requests: X-Request-Id',
    request: { headers: { 'x-request-id': 'trace-4711' } },
    expect: { status: 200, headers: { 'x-request-id': /^trace-4711$/ } },
  },
  {
    name: 'an X-Request-Id is echoed by errors',
    rule: 'Requests: X-Request-Id',
    request: { headers: { 'x-request-id': 'trace-4712' }, query: { limit: '0' } },
    expect: { status: 400, headers: { 'x-request-id': /^trace-4712$/ } },
  },
  {
    name: 'an X-Request-Id is echoed by an answer to an unknown address',
    rule: 'Requests: X-Request-Id',
    request: { headers: { 'x-request-id': 'trace-4713' }, path: '/nowhere' },
    expect: { status: 404, headers: { 'x-request-id': /^trace-4713$/ } },
  },
  {
    name: 'a request without an X-Request-Id gets one',
    rule: 'Requests: X-Request-Id',
    request: {},
    expect: { status: 200, headers: { 'x-request-id': /^\S{8,}$/ } },
  },
  {
    name: 'an X-Request-Id of 10,000 characters does no harm',
    rule: 'Requests: X-Request-Id',
    request: { headers: { 'x-request-id': 'x'.repeat(10_000) } },
    expect: { status: 200 },
  },
  {
    name: 'several problems are all in details',
    rule: 'Requests: details',
    request: { json: { status: 'open', source: 'fax', messages: [{ role: 'user' }] } },
    expect: {
      status: 400,
      check: (context) => {
        const { details } = last(context).json as { details: { field: string }[] };
        const fields = details.map(({ field }) => field);
        expect(fields).toEqual(expect.arrayContaining(['status', 'source', 'messages[0].content']));
      },
    },
  },
  {
    name: 'keys that JavaScript gives a meaning to are kept or refused, never dropped',
    rule: 'Requests: never loses anything silently',
    request: { raw: '{"custom_fields":{"__proto__":{"a":1},"constructor":2}}' },
    expect: {
      status: [201, 400],
      check: (context) => {
        if (last(context).status === 201) expect(last(context).text).toContain('"__proto__":{"a":1}');
      },
    },
  },
  {
    name: 'a query string that is no UTF-8 does no harm',
    rule,
    request: { query: 'name=%ff%fe' },
    expect: { status: [200, 400] },
  },
  {
    name: 'a query string with a broken escape does no harm',
    rule,
    request: { query: 'name=%zz%' },
    expect: { status: [200, 400] },
  },
  {
    name: 'half of a surrogate pair in a query string does no harm',
    rule,
    request: { query: 'search=%ED%A0%80' },
    expect: { status: [200, 400] },
  },
];
