import { createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { OpenConnections } from './open-connections';

describe('OpenConnections', () => {
  const warn = jest.fn();
  let server: Server;
  let connections: OpenConnections;
  let answer: (body?: string) => void;

  beforeEach(async () => {
    warn.mockClear();
    server = createServer((_request, response) => {
      answer = (body = 'Done.') => response.end(body);
      server.emit('asked');
    });
    connections = new OpenConnections(server, { warn });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.closeAllConnections());

  /** Closes the server, and says after how many milliseconds it had. */
  async function close(withinMs: number): Promise<number> {
    const startedAt = performance.now();
    const closed = new AbortController();
    const closing = new Promise((resolve) => server.close(resolve)).finally(() => closed.abort());
    await Promise.all([closing, connections.closeWithin(withinMs, closed.signal)]);
    return performance.now() - startedAt;
  }

  const port = () => (server.address() as AddressInfo).port;
  const ended = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  /** A connection that stays; resolves once the server has it. */
  async function open(sent: string): Promise<Socket> {
    const taken = new Promise((resolve) => server.once('connection', resolve));
    const socket = connect(port(), '127.0.0.1').on('error', () => undefined);
    await taken;
    socket.write(sent);
    return socket;
  }

  it('does not wait for a connection without a request', async () => {
    const closed = ended((await open('')).resume());
    await expect(close(20_000)).resolves.toBeLessThan(10_000);
    await closed;
    expect(warn).not.toHaveBeenCalled();
  });

  it('lets a request end, and closes its connection, which the client would keep', async () => {
    const asked = new Promise((resolve) => server.once('asked', resolve));
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked;
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    const gone = ended(socket);
    const closing = close(20_000);
    setTimeout(() => answer(), 1500);
    await expect(closing).resolves.toBeLessThan(10_000);
    await gone;
    expect(text).toContain('Done.');
    expect(warn).not.toHaveBeenCalled();
  });

  it('lets an answer pass that is still on its way to a slow client', async () => {
    const asked = new Promise((resolve) => server.once('asked', resolve));
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked;
    socket.pause();
    answer('x'.repeat(20_000_000));
    const closing = close(20_000);
    let length = 0;
    socket.on('data', (chunk: Buffer) => (length += chunk.length));
    socket.pause();
    setTimeout(() => socket.resume(), 1500);
    await closing;
    await ended(socket);
    expect(length).toBeGreaterThan(20_000_000);
    expect(warn).not.toHaveBeenCalled();
  });

  it('cuts off a request that does not end, and says so', async () => {
    const asked = new Promise((resolve) => server.once('asked', resolve));
    const failed = new Promise((resolve) => {
      request({ port: port(), host: '127.0.0.1' }).once('error', resolve).end();
    });
    await asked;
    await close(200);
    await failed;
    expect(warn).toHaveBeenCalledWith({ connections: 1 }, expect.stringContaining('cut off'));
  });
});
