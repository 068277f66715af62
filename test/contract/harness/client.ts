import { request as httpRequest } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';

/** What the product answered. */
export interface Answer {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string | undefined>;
  text: string;
  /** The parsed body, or undefined when it is no JSON. */
  json: unknown;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query string, sent as they are. */
  target: string;
  headers: OutgoingHttpHeaders;
  body?: Buffer;
  chunked?: boolean;
}

const DEADLINE_MS = 60_000;
const CHUNK_BYTES = 64 * 1024;

/**
 * Sends a request on a connection of its own and leaves everything in it as it is, where `fetch` would escape, join
 * or refuse. An answer that arrives before the body is sent counts, whatever happens to the connection afterwards.
 */
export function send(baseUrl: string, request: WireRequest): Promise<Answer> {
  const { hostname, port } = new URL(baseUrl);
  const { method, target, headers, body, chunked } = request;
  return new Promise((resolve, reject) => {
    let answered = false;
    const outgoing = httpRequest(
      { hostname, port, method, path: target, headers, agent: false },
      (incoming) => {
        answered = true;
        const chunks: Buffer[] = [];
        const finish = (): void => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: flat(incoming.headers),
            text,
            json: parsed(text),
          });
        };
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', finish);
        incoming.on('error', (error) => (incoming.complete ? finish() : reject(error)));
      },
    );
    outgoing.setTimeout(DEADLINE_MS, () =>
      outgoing.destroy(new Error(`No answer in ${DEADLINE_MS / 1000} s.`)),
    );
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    if (body !== undefined && chunked) {
      for (let at = 0; at < body.length; at += CHUNK_BYTES)
        outgoing.write(body.subarray(at, at + CHUNK_BYTES));
      outgoing.end();
    } else {
      outgoing.end(body);
    }
  });
}

function flat(headers: Record<string, string | string[] | undefined>): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
