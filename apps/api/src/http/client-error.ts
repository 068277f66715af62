import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorBody } from '@sessions/contract';
import { requestIdOf } from './request-id';

/** What a client is told whose bytes are no HTTP request, by the code of Node's error. */
const ANSWERS: Readonly<Record<string, { status: number; error: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: 'The address or the headers are too long; send at most 16 KiB of them.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, error: 'The request took too long to arrive; send it again.' },
};
const OTHERWISE = { status: 400, error: 'The request is no valid HTTP; check what sends it.' };

/** Answers, in the API's own form, a connection whose request never came to be one. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, error: sentence } = ANSWERS[error.code ?? ''] ?? OTHERWISE;
  endWith(socket, status, answerOf(sentence, randomUUID()));
}

/** Answers CONNECT, which Node gives to no route, and with the connection alone. */
export function answerConnect(request: IncomingMessage, socket: Duplex): void {
  const error = 'CONNECT is for proxies, and this is none; use the methods that the documentation names.';
  // Node leaves such a connection to whoever listens, with what may still come on it.
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  endWith(socket, 405, answerOf(error, requestIdOf(request)));
}

function endWith(socket: Duplex, status: number, { text, headers }: ReturnType<typeof answerOf>): void {
  const head = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${text}`);
}

/** Answers a request that expects of the server what is none of HTTP. It never comes to a route. */
export function answerExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = 'The only Expect header that can be met is 100-continue; leave it out.';
  const { text, headers } = answerOf(error, requestIdOf(request));
  response.writeHead(417, headers).end(text);
}

function answerOf(
  error: string,
  requestId: string,
): { text: string; headers: Record<string, string | number> } {
  const text = JSON.stringify({ error, request_id: requestId } satisfies ErrorBody);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'X-Request-Id': requestId,
  };
  return { text, headers };
}
