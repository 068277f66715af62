import type { FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from './idempotency-key';

const keyOf = (given?: unknown) =>
  idempotencyKeyOf({ headers: { 'idempotency-key': given } } as unknown as FastifyRequest);

describe('idempotencyKeyOf', () => {
  it.each(['a', 'order 4821/é', ' ', 'x'.repeat(255), undefined])('takes %j', (key) =>
    expect(keyOf(key)).toBe(key),
  );

  it.each(['', 'x'.repeat(256), 'a\tb', 'a\u007f', ['a', 'b']])('refuses %j', (key) => {
    expect(() => keyOf(key)).toThrow('Idempotency-Key must be 1 to 255 printable characters.');
  });
});
