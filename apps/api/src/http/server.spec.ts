import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { ApiKeyGuard } from '@sessions/access';
import { ApiError } from '@sessions/contract';
import type { Configuration } from '@sessions/runtime';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Draining } from '../lifecycle/draining';
import { sendError, toApiError } from './error-body';
import { createHttpAdapter, prepareServer } from './server';
import { StreamBody } from './stream-body';

const LIMIT = 1024 * 1024;
const BATCH = '/api/sessions/batch';

describe('prepareServer', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const draining = { isDraining: false };
  const guard = { admit: jest.fn(() => Promise.resolve()) };
  let server: FastifyInstance;

  beforeAll(async () => {
    server = createHttpAdapter(pino({ enabled: false })).getInstance();
    prepareServer(
      server,
      guard as unknown as ApiKeyGuard,
      draining as Draining,
      {
        LIMIT_BODY_BYTES: LIMIT,
        LIMIT_BODY_VALUES: 1000,
        LIMIT_BATCH_BYTES: 2 * LIMIT,
        LIMIT_BATCH_VALUES: 20_000,
        INGEST_MAX_BODIES_BYTES: 2 * LIMIT,
      } as Configuration,
    );
    // As the filter does that Nest is given.
    server.setErrorHandler((error, request, reply) => sendError(toApiError(error, request), request, reply));
    server.get('/port', (request) => Promise.resolve({ port: request.socket.remotePort }));
    server.post('/api/sessions', () => Promise.resolve({}));
    server.post(BATCH, async ({ body, headers }) => {
      if (headers['x-refused'] !== undefined || !(body instanceof StreamBody)) throw new ApiError(403, 'No.');
      body.hold(Number(headers['x-held'] ?? 0));
      for await (const chunk of body.chunks) {
        if (headers['x-given-up'] !== undefined)
          throw new ApiError(500, `Gave up after ${chunk.length > 0}.`);
      }
      return {};
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    agent.destroy();
    await server.close();
  });

  const base = () => `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;

  /** Sends a body on the one connection that there is; `cut` ends it before its end. */
  function post(path: string, headers: Record<string, string>, body: Buffer, cut = false): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(base() + path, { method: 'POST', headers, agent }, (incoming) => {
        incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
        if (cut) outgoing.destroy();
        incoming.once('error', () => resolve(incoming.statusCode ?? 0));
      });
      outgoing.once('error', reject);
      if (cut) outgoing.write(body);
      else outgoing.end(body);
    });
  }

  /** The client's port as the server sees it, asked for on the same connection. */
  function port(): Promise<string> {
    return new Promise((resolve, reject) => {
      const asking = httpRequest(`${base()}/port`, { agent, timeout: 5000 }, (incoming) => {
        incoming.setEncoding('utf8').once('data', resolve);
      });
      asking.once('timeout', () => asking.destroy(new Error('The connection answers no more.')));
      asking.once('error', reject);
      asking.end();
    });
  }

  it('leaves idle connections alone while clients are still to notice that it stops', async () => {
    const before = await port();
    draining.isDraining = true;
    await fetch(`${base()}/port`);
    await sleep(50);
    const after = await port();
    draining.isDraining = false;
    expect(after).toBe(before);
  });

  it.each([
    ['/api/sessions', 1],
    ['/%61pi/session%73', 1],
    ['/api/sessions/x/y', 1],
    ['/port', 0],
  ])('asks for a key before anything else at %s: %i', async (path, times) => {
    guard.admit.mockClear();
    await fetch(base() + path, { method: 'POST' });
    expect(guard.admit).toHaveBeenCalledTimes(times);
  });

  const gzipped = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
  const plain = { 'content-type': 'application/x-ndjson' };
  const garbage = Buffer.alloc(4 * LIMIT, 'no gzip at all');

  const jsonType = { 'content-type': 'application/json' };
  /** Some 13,000 values, of which each takes six characters. */
  const values = Buffer.from(`[${'12345,'.repeat(13_000)}0]`);

  it.each([
    ['no gzip, of a refused request', BATCH, { ...gzipped, 'x-refused': '1' }, garbage, 403],
    ['no gzip', BATCH, gzipped, garbage, 400],
    ['gzip that a route gives up', BATCH, { ...gzipped, 'x-given-up': '1' }, gzipSync(garbage), 500],
    ['text that a route gives up', BATCH, { ...plain, 'x-given-up': '1' }, garbage, 500],
    ['of an unknown encoding', BATCH, { ...plain, 'content-encoding': 'zstd' }, garbage, 415],
    ['too large', '/api/sessions', jsonType, garbage, 413],
    ['of too many values', '/api/sessions', jsonType, values, 413],
    ['no JSON', '/api/sessions', jsonType, Buffer.from('{'), 400],
    ['no JSON, at an address that there is not', '/api/nope', jsonType, Buffer.from('{'), 404],
    ['empty, where nothing is posted', '/api/sessions/x', jsonType, Buffer.alloc(0), 405],
    ['lines, where nothing is posted', '/api/sessions/x', plain, Buffer.from('{}'), 405],
  ])(
    'answers a body that is %s, and the next request on its connection',
    async (_, path, headers, body, status) => {
      const before = await port();
      await expect(post(path, headers, body)).resolves.toBe(status);
      await expect(port()).resolves.toBe(before);
    },
  );

  it('lets a batch have more values than one session', async () => {
    await expect(post(BATCH, jsonType, values)).resolves.toBe(403);
  });

  it('forgets a large body when its request is over', async () => {
    const body = Buffer.from(JSON.stringify('x'.repeat(1.5 * LIMIT)));
    for (let time = 0; time < 3; time += 1) await expect(post(BATCH, jsonType, body)).resolves.toBe(403);
  });

  it('counts what is held of a stream until its request is over', async () => {
    const headers = { ...plain, 'x-held': String(1.5 * LIMIT) };
    const send = async () => (await fetch(base() + BATCH, { method: 'POST', headers, body: '{}' })).status;
    const first = httpRequest(base() + BATCH, { method: 'POST', headers });
    first.flushHeaders();
    while ((await send()) !== 503) await sleep(10);
    const answered = once(first, 'response') as Promise<[IncomingMessage]>;
    first.end();
    await text((await answered)[0]);
    await expect(send()).resolves.toBe(200);
  });

  it('answers an expectation that it cannot meet in the form of every error, and the next request', async () => {
    const answer = await new Promise<{ status?: number; type?: string; body: unknown }>((resolve, reject) => {
      const headers = { Expect: 'foo', 'X-Request-Id': 'mine', 'Content-Type': 'application/json' };
      httpRequest(`${base()}/api/sessions`, { method: 'POST', headers, agent }, (incoming) => {
        const { statusCode: status, headers: answered } = incoming;
        void json(incoming).then((body) => resolve({ status, type: answered['content-type'], body }), reject);
      })
        .once('error', reject)
        .end('{}');
    });
    expect(answer).toEqual({
      status: 417,
      type: 'application/json; charset=utf-8',
      body: { error: expect.stringContaining('100-continue') as string, request_id: 'mine' },
    });
    await expect(port()).resolves.toContain('port');
  });

  it.each(['GET', 'HEAD'])('says of %s that a batch is posted', async (method) => {
    const answer = await fetch(base() + BATCH, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('drops a connection on which nothing happens for minutes', () => {
    expect(server.server.timeout).toBe(300_000);
  });

  it('outlives a client that goes away after it was refused', async () => {
    const refused = { ...gzipped, 'x-refused': '1', 'content-length': '1000' };
    await expect(post(BATCH, refused, gzipSync('x'.repeat(500)).subarray(0, 15), true)).resolves.toBe(403);
    await sleep(50);
    await expect(port()).resolves.toContain('port');
  });

  it.each([
    ['a request that names no host', 'GET /port HTTP/1.1\r\nConnection: close', 400, 'Host'],
    ['CONNECT', 'CONNECT x:80 HTTP/1.1\r\nHost: x', 405, 'CONNECT'],
  ])('refuses %s like any other, and ends the connection', async (_, sent, status, part) => {
    const { port: number } = server.server.address() as AddressInfo;
    const socket = connect({ port: number, host: '127.0.0.1', allowHalfOpen: true });
    const ended = new Promise((resolve) => {
      server.server.once('connection', (accepted: Socket) => accepted.once('close', resolve));
    });
    socket.write(`${sent}\r\n\r\n`);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head.toLowerCase()).toContain('x-request-id: ');
    expect(JSON.parse(body)).toMatchObject({ error: expect.stringContaining(part) as string });
    await ended;
    socket.destroy();
  });
});
