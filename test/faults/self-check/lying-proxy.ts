import { randomUUID } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeId } from '@sessions/contract';
import type { SessionBody } from '../load/bodies';

/** What a product that does not keep its promises might do with a session. */
export type Lie =
  /** Answers before storing, and never stores. */
  | 'lose'
  /** Stores it twice. */
  | 'double'
  /** Stores its messages in another order. */
  | 'reorder'
  /** Stores something else than was sent. */
  | 'alter';

/** Of this many single sessions one is lied about. */
const EVERY = 10;

/** Stands before an API, hands requests on, and lies about every tenth session; `undefined` is honest. */
export class LyingProxy {
  private readonly server: Server;
  private sessions = 0;

  private constructor(
    private readonly target: string,
    private readonly lie: Lie | undefined,
  ) {
    this.server = createServer((incoming, outgoing) => {
      this.serve(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
    });
  }

  static async start(target: string, lie: Lie | undefined): Promise<LyingProxy> {
    const proxy = new LyingProxy(target, lie);
    await new Promise<void>((done, fail) => proxy.server.once('error', fail).listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let body = await bytesOf(incoming);
    const isSession = incoming.method === 'POST' && incoming.url?.startsWith('/api/sessions?');
    if (isSession && ++this.sessions % EVERY === 0) {
      if (this.lie === 'lose') {
        const session = { id: encodeId('sess', randomUUID()) };
        outgoing.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ session }));
        return;
      }
      if (this.lie === 'double') await this.forward(incoming, body);
      if (this.lie === 'reorder') body = changed(body, (session) => session.messages.reverse());
      if (this.lie === 'alter') body = changed(body, (session) => (session.page_title += '.'));
    }
    const answer = await this.forward(incoming, body);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  private forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.target + url, {
        method,
        headers: { ...headers, 'content-length': String(body.length) },
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        bytesOf(response)
          .then((bytes) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes }),
          )
          .catch(reject);
      });
      outgoing.end(body);
    });
  }
}

function changed(body: Buffer, change: (session: SessionBody) => unknown): Buffer {
  const session = JSON.parse(body.toString()) as SessionBody;
  change(session);
  return Buffer.from(JSON.stringify(session));
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
