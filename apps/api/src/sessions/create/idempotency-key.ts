import { isUtf8 } from 'node:buffer';
import { invalid } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';

const KEY = /^[^\p{Cc}]{1,255}$/u;

/**
 * The request's `Idempotency-Key` as Node gives it, a character a byte, if it has one.
 *
 * @throws ApiError 400 unless it is 1 to 255 printable characters
 */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(charactersOf(key))) return key;
  throw invalid([
    { field: 'Idempotency-Key', message: 'Idempotency-Key must be 1 to 255 printable characters.' },
  ]);
}

/** The characters that the bytes of a header stand for, which clients mostly write in UTF-8. */
function charactersOf(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : header;
}
