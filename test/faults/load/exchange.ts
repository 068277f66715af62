import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

/** One request to an API. */
export interface Call {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string | Buffer;
}

/** What came back, perhaps not all of it: a process that was killed leaves an answer cut off. */
export interface Exchange {
  /** Milliseconds since 1970 at which the first byte was sent, and the last received or the failure noticed. */
  begun: number;
  ended: number;
  /** 0 when there was no answer at all. */
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Whether the answer came to its end. */
  complete: boolean;
  /** Code or message of what went wrong with the connection. */
  failure?: string;
}

/** Long enough for what is slow, short enough to give up on what hangs. */
const TIMEOUT_MS = 8000;

/**
 * HTTP with keep-alive connections, as connectors use. Unlike `fetch` it never sends anything twice by itself, and it
 * keeps what was received before a failure.
 */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, scheduling: 'fifo' });

  /** Never rejects: a failure is part of what is counted. */
  send({ method, url, headers, body }: Call): Promise<Exchange> {
    const begun = Date.now();
    return new Promise((resolve) => {
      const exchange: Exchange = { begun, ended: 0, status: 0, headers: {}, text: '', complete: false };
      const parts: Buffer[] = [];
      const finish = (failure?: string): void => {
        if (exchange.ended !== 0) return;
        clearTimeout(timer);
        exchange.ended = Date.now();
        exchange.text = Buffer.concat(parts).toString();
        if (failure === undefined) exchange.complete = true;
        else exchange.failure = failure;
        resolve(exchange);
      };
      const length = { 'content-length': String(Buffer.byteLength(body ?? '')) };
      const outgoing = request(url, { method, agent: this.agent, headers: { ...headers, ...length } });
      const timer = setTimeout(() => {
        finish('timeout');
        outgoing.destroy();
      }, TIMEOUT_MS);
      outgoing.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
      outgoing.once('response', (response) => {
        exchange.status = response.statusCode ?? 0;
        exchange.headers = response.headers;
        response.on('data', (chunk: Buffer) => parts.push(chunk));
        response.once('end', () => finish());
        response.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
      });
      outgoing.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
