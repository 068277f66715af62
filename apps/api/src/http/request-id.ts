import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const PRINTABLE = /^[\x21-\x7e]{1,128}$/;

/** The request's own `X-Request-Id` where it is printable and at most 128 characters long, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && PRINTABLE.test(given) ? given : randomUUID();
}
