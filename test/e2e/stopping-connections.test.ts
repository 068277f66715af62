import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';

const HEADERS = 'POST /api/sessions HTTP/1.1\r\nHost: x\r\n';

describe('an API that stops while clients keep connections open', () => {
  let product: Product;
  const open: Socket[] = [];

  beforeAll(async () => {
    product = await startProduct({ queue: 'postgres', search: 'postgres', workers: 0 });
  }, 60_000);
  afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));
  afterAll(() => product.stop(), 60_000);

  /** Opens a connection to an API, sends what is given, and keeps it. */
  async function keep(url: string, sent: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    open.push(socket);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    await new Promise((resolve) => socket.write(sent, resolve));
    return socket;
  }

  /** A whole request that creates a session. */
  function creation(): string {
    const body = '{"name":"just in time"}';
    const head = [
      `POST /api/sessions?projectId=${product.projectId} HTTP/1.1`,
      'Host: x',
      `Authorization: Bearer ${product.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ];
    return `${head.join('\r\n')}\r\n\r\n${body}`;
  }

  /** Stops an API whose stop may take so many seconds. */
  async function stopped(
    sent: string,
    seconds: number,
  ): Promise<{ code: number | null; output: string; ms: number }> {
    const api = await product.start('api', { SHUTDOWN_SECONDS: String(seconds) });
    product.processes.pop();
    await keep(api.url, sent);
    await fetch(new URL('/docs', api.url)).then((response) => response.text());
    const startedAt = performance.now();
    const code = await api.end();
    return { code, output: api.output(), ms: performance.now() - startedAt };
  }

  it.each([
    ['nothing', ''],
    ['half of their headers', HEADERS],
  ])(
    'does not wait for those that sent %s',
    async (_, sent) => {
      const { code, output, ms } = await stopped(sent, 20);
      expect([code, output]).toEqual([0, expect.not.stringContaining('did not stop')]);
      expect(ms).toBeLessThan(10_000);
    },
    60_000,
  );

  it('serves the first request of a connection that was opened before it stopped', async () => {
    const api = await product.start('api');
    product.processes.pop();
    const socket = await keep(api.url, '');
    await fetch(new URL('/docs', api.url)).then((response) => response.text());
    const ended = api.end();
    await sleep(300);
    socket.write(creation());
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 201 /);
    await expect(ended).resolves.toBe(0);
  }, 60_000);

  it('serves new connections while load balancers notice that it is not ready', async () => {
    const api = await product.start('api', { SHUTDOWN_DRAIN_SECONDS: '2' });
    product.processes.pop();
    const readiness = async (): Promise<[number, string]> => {
      const response = await fetch(new URL('/api/readyz', api.url));
      return [response.status, ((await response.json()) as { status: string }).status];
    };
    expect(await readiness()).toEqual([200, 'ready']);
    const startedAt = performance.now();
    const ended = api.end();
    await eventually(async () => (await readiness())[0] === 503);
    expect(await text(await keep(api.url, creation()))).toMatch(/^HTTP\/1\.1 201 /);
    expect(await readiness()).toEqual([503, 'stopping']);
    await expect(ended).resolves.toBe(0);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2000);
  }, 60_000);

  it('cuts off a request that does not end in time, says so, and stops in good order', async () => {
    const authorization = `Authorization: Bearer ${product.apiKey}\r\n`;
    const body = 'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{';
    const { code, output } = await stopped(HEADERS + authorization + body, 2);
    expect([code, output]).toEqual([0, expect.stringContaining('cut off')]);
  }, 60_000);
});
