import type { FastifyRequest } from 'fastify';
import { idempotencyKeyOf } from './idempotency-key';

const keyOf = (given?: unknown) =>
  idempotencyKeyOf({ headers: { 'idempotency-key': given } } as unknown as FastifyRequest);

/** The text as Node gives a header that was sent in UTF-8. */
const onTheWire = (text: string) => Buffer.from(text).toString('latin1');

describe('idempotencyKeyOf', () => {
  it.each(['a', 'order 4821/é', ' ', 'x'.repeat(255), undefined])('takes %j', (key) =>
    expect(keyOf(key)).toBe(key),
  );

  it.each(['ticket-Ä', '5 €', 'заказ', 'é'.repeat(255), '👍'])('takes %s in UTF-8', (text) =>
    expect(keyOf(onTheWire(text))).toBe(onTheWire(text)),
  );

  it.each(['é'.repeat(256), 'a\u0085'])('refuses %j in UTF-8', (text) =>
    expect(() => keyOf(onTheWire(text))).toThrow('printable characters'),
  );

  it.each(['', 'x'.repeat(256), 'a\tb', 'a\u007f', ['a', 'b']])('refuses %j', (key) => {
    expect(() => keyOf(key)).toThrow('Idempotency-Key must be 1 to 255 printable characters.');
  });
});
