import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * A network between a client and a server on this machine.
 *
 * States: *open* (everything passes), *stalled* (half-open: nothing passes in either direction, nothing is closed, new
 * connections are taken and go nowhere). When it opens again, new connections work, and those of before stay stalled
 * for ever, because a real network forgets them without a word.
 */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly forgotten = new Set<Socket>();
  private stalled = false;

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /** A proxy on a free port of 127.0.0.1, to a port there. */
  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server, target);
    await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Takes new connections to another port, as a name does that is given to another server. */
  redirect(target: number): void {
    this.target = target;
  }

  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) this.forget(socket);
  }

  open(): void {
    this.stalled = false;
  }

  /** Closes what was forgotten, as the server's kernel would after a quarter of an hour. */
  expire(): void {
    for (const socket of this.forgotten) socket.destroy();
    this.forgotten.clear();
  }

  async close(): Promise<void> {
    this.stall();
    this.expire();
    await new Promise((done) => this.server.close(done));
  }

  private join(client: Socket): void {
    this.keep(client);
    if (this.stalled) return this.forget(client);
    const server = connect(this.target, '127.0.0.1');
    this.keep(server);
    client.pipe(server);
    server.pipe(client);
    // The end of one side is passed on, unless the network has forgotten the two.
    client.once('close', () => this.forgotten.has(server) || server.destroy());
    server.once('close', () => this.forgotten.has(client) || client.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // A reset is part of the faults; `close` follows.
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private forget(socket: Socket): void {
    socket.unpipe();
    socket.pause();
    this.forgotten.add(socket);
    this.sockets.delete(socket);
  }
}
