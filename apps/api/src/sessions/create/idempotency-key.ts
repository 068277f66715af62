import { invalid } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';

const KEY = /^[^\p{Cc}]{1,255}$/u;

/** The request's `Idempotency-Key`, if it has one. @throws ApiError 400 unless it is 1 to 255 printable characters */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw invalid([
    { field: 'Idempotency-Key', message: 'Idempotency-Key must be 1 to 255 printable characters.' },
  ]);
}
