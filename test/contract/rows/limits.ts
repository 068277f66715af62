import { brotliCompressSync, gzipSync } from 'node:zlib';
import { send } from '../harness/client';
import { last, messagesOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Context, Row } from '../harness/row';

const KIB = 1024;
const BODY = 10 * KIB * KIB;
const CONTENT = 256 * KIB;
const METADATA = 64 * KIB;
const TEXT = 64 * KIB;
const rule = 'Requests: limits';

const message = (content: string) => ({ role: 'user', content });
const transcript = (count: number) => Array.from({ length: count }, (_, index) => message(`line ${index}`));

/** A session as JSON, filled up with blanks to that many bytes. */
const padded = (bytes: number): Buffer => Buffer.from('{"name":"padded"}'.padEnd(bytes));

/** An object whose JSON has that many bytes. */
const metadata = (bytes: number): object => ({ k: 'x'.repeat(bytes - '{"k":""}'.length) });

/** Objects within objects, the outermost one counted. */
function nested(levels: number): object {
  return levels === 1 ? {} : { n: nested(levels - 1) };
}

/** Resolves with the milliseconds of the slowest health check while the request of the row runs. */
async function pingWhile(context: Context, work: Promise<unknown>): Promise<number> {
  let done = false;
  const finished = work.finally(() => (done = true));
  let slowest = 0;
  while (!done) {
    const started = performance.now();
    await send(context.world.urls[0], { method: 'GET', target: '/api/healthz', headers: {} });
    slowest = Math.max(slowest, performance.now() - started);
  }
  await finished;
  return slowest;
}

/** Sizes: what just fits is taken, what is one larger is refused. */
export const limits: Row[] = [
  {
    name: 'a body of 10 MiB is taken',
    rule,
    request: () => ({ raw: padded(BODY) }),
    expect: { status: 201 },
  },
  {
    name: 'a body that says it is larger is refused',
    rule,
    request: () => ({ raw: padded(BODY + 1) }),
    expect: { status: 413, error: [/body/i, /10485760|10 MiB/] },
  },
  {
    name: 'a body that turns out to be larger is refused',
    rule,
    request: () => ({ raw: padded(BODY + 1), chunked: true }),
    expect: { status: 413, error: [/body/i, /10485760|10 MiB/] },
  },
  {
    name: 'a gzip body is counted decoded',
    rule,
    request: () => ({ raw: gzipSync(padded(BODY + 1)), headers: { 'content-encoding': 'gzip' } }),
    expect: { status: 413, error: [/body/i, /10485760|10 MiB/] },
  },
  {
    name: 'a brotli body is counted decoded',
    rule,
    request: () => ({ raw: brotliCompressSync(padded(BODY + 1)), headers: { 'content-encoding': 'br' } }),
    expect: { status: 413, error: [/body/i, /10485760|10 MiB/] },
  },
  {
    name: 'a gzip body of 10 MiB decoded is taken',
    rule,
    request: () => ({ raw: gzipSync(padded(BODY)), headers: { 'content-encoding': 'gzip' } }),
    expect: { status: 201 },
  },
  {
    name: 'a gzip bomb is refused',
    rule,
    request: () => ({
      raw: gzipSync(Buffer.alloc(200 * KIB * KIB, ' ')),
      headers: { 'content-encoding': 'gzip' },
    }),
    expect: { status: 413, error: [/body/i] },
  },
  {
    name: '20,000 messages are taken and kept in order',
    rule,
    request: () => ({ json: { name: 'long', messages: transcript(20_000) } }),
    expect: { status: 201, contains: { session: { message_count: 20_000 } } },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: {
          status: 200,
          check: (context) => {
            expect(messagesOf(last(context)).map(({ content }) => content)).toEqual(
              transcript(20_000).map(({ content }) => content),
            );
          },
        },
      },
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: {
          status: 200,
          check: (context) => {
            expect(messagesOf(last(context)).map(({ content }) => content)).toEqual(
              transcript(20_000).map(({ content }) => content),
            );
          },
        },
      },
    ],
  },
  {
    name: '20,000 messages do not hold up other requests',
    rule,
    request: {},
    expect: {
      status: 200,
      check: async (context) => {
        const { projectId, key } = context.world.tenants.main;
        const slowest = await pingWhile(
          context,
          send(context.world.urls[0], {
            method: 'POST',
            target: `/api/sessions?projectId=${projectId}`,
            headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify({ messages: transcript(20_000) })),
          }),
        );
        expect(slowest).toBeLessThan(1000);
      },
    },
  },
  {
    name: '20,001 messages are refused',
    rule,
    request: () => ({ json: { messages: transcript(20_001) } }),
    expect: { status: 400, error: [/messages/, /20,?000/] },
  },
  {
    name: 'a message of 256 KiB is taken',
    rule,
    request: () => ({ json: { messages: [message('x'.repeat(CONTENT))] } }),
    expect: { status: 201 },
  },
  {
    name: 'a longer message is refused by its index',
    rule,
    request: () => ({ json: { messages: [message('x'), message('x'.repeat(CONTENT + 1))] } }),
    expect: { status: 400, error: [/messages\[1\]\.content/, /262144|256 KiB/] },
  },
  {
    name: 'the length of a message is counted in bytes',
    rule,
    request: () => ({ json: { messages: [message('é'.repeat(CONTENT / 2 + 1))] } }),
    expect: { status: 400, error: [/messages\[0\]\.content/, /262144|256 KiB/] },
  },
  ...['user_metadata', 'custom_fields'].flatMap((field): Row[] => [
    {
      name: `64 KiB of ${field} are taken`,
      rule,
      request: () => ({ json: { [field]: metadata(METADATA) } }),
      expect: { status: 201, contains: { session: { [field]: metadata(METADATA) } } },
    },
    {
      name: `more than 64 KiB of ${field} are refused`,
      rule,
      request: () => ({ json: { [field]: metadata(METADATA + 1) } }),
      expect: { status: 400, error: [new RegExp(field), /65536|64 KiB/] },
    },
    {
      name: `${field} of 32 levels are taken`,
      rule: 'Decided: depth of JSON',
      request: { json: { [field]: nested(32) } },
      expect: { status: 201, contains: { session: { [field]: nested(32) } } },
    },
    {
      name: `${field} of 33 levels are refused`,
      rule: 'Decided: depth of JSON',
      request: { json: { [field]: nested(33) } },
      expect: { status: 400, error: [new RegExp(field), /32/] },
    },
    {
      name: `${field} of 20,000 levels are refused`,
      rule: 'Decided: depth of JSON',
      request: { raw: `{"${field}":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}` },
      expect: { status: 400, error: [new RegExp(field)] },
    },
  ]),
  ...['companies', 'issues', 'knowledge_sources', 'product_scopes'].flatMap((kind): Row[] => [
    {
      name: `100 linked ${kind} are taken`,
      rule,
      request: {
        json: { linked_entities: { [kind]: Array.from({ length: 100 }, (_, index) => `id-${index}`) } },
      },
      expect: { status: 201 },
    },
    {
      name: `101 linked ${kind} are refused`,
      rule,
      request: {
        json: { linked_entities: { [kind]: Array.from({ length: 101 }, (_, index) => `id-${index}`) } },
      },
      expect: { status: 400, error: [new RegExp(`linked_entities\\.${kind}`), /\b100\b/] },
    },
  ]),
  ...['name', 'description', 'page_url', 'page_title', 'user_id'].flatMap((field): Row[] => [
    {
      name: `a ${field} of 64 KiB is taken`,
      rule,
      request: () => ({ json: { [field]: 'x'.repeat(TEXT) } }),
      expect: { status: 201 },
    },
    {
      name: `a larger ${field} is refused`,
      rule,
      request: () => ({ json: { [field]: 'x'.repeat(TEXT + 1) } }),
      expect: { status: 400, error: [new RegExp(field), /65536|64 KiB/] },
    },
  ]),
  ...['external_source', 'external_id'].map((field): Row => ({
    name: `a larger ${field} than 64 KiB is refused`,
    rule,
    request: () => ({ json: { external_source: 'x', external_id: 'x', [field]: 'x'.repeat(TEXT + 1) } }),
    expect: { status: 400, error: [new RegExp(field), /65536|64 KiB/] },
  })),
  {
    name: 'an external id of 10,000 characters does no harm',
    rule: 'Requests: bad input never gives 500',
    request: () => ({ json: { external_source: 'long', external_id: incompressible(10_000) } }),
    expect: { status: [201, 400] },
    then: [
      {
        prepare: async (context) => {
          if (last(context).status === 201) await context.world.untilPersisted(lastId(context));
        },
        request: {},
        expect: { status: 200 },
      },
    ],
  },
  {
    name: 'a contact and a linked id of 10,000 characters are stored or refused',
    rule: 'Requests: never loses anything silently',
    request: () => ({
      json: { contact_id: incompressible(10_000), linked_entities: { companies: [incompressible(10_000)] } },
    }),
    expect: { status: [201, 400] },
    then: [
      {
        prepare: async (context) => {
          if (last(context).status === 201) await context.world.untilPersisted(lastId(context));
        },
        request: {},
        expect: { status: 200 },
      },
    ],
  },
];

/** Text that a database index cannot make small: what is too long for it stays too long. */
function incompressible(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % 36).toString(36);
  }).join('');
}
