import { EventEmitter } from 'node:events';
import type { FastifyRequest } from 'fastify';
import { LargeBodies } from './large-bodies';

const MIB = 1024 * 1024;

function newRequest() {
  const socket = Object.assign(new EventEmitter(), { destroyed: false });
  return { raw: { socket } } as unknown as FastifyRequest & { raw: { socket: typeof socket } };
}

function close({ raw }: ReturnType<typeof newRequest>): void {
  raw.socket.destroyed = true;
  raw.socket.emit('close');
}

describe('LargeBodies', () => {
  let bodies: LargeBodies;
  beforeEach(() => (bodies = new LargeBodies(10 * MIB)));

  it('refuses, for a while, a body that grows to too much beside the others, and lets that one go', () => {
    const [first, second, third] = [newRequest(), newRequest(), newRequest()];
    bodies.hold(first, 6 * MIB);
    for (const bytes of [2, 3, 4]) bodies.hold(second, bytes * MIB);
    expect(() => bodies.hold(second, 5 * MIB)).toThrow(
      expect.objectContaining({ status: 503, headers: { 'Retry-After': '5' } }) as Error,
    );
    bodies.hold(third, 4 * MIB);
  });

  it.each<[string, (request: ReturnType<typeof newRequest>) => void]>([
    ['its request', (request) => bodies.release(request)],
    ['its connection', close],
  ])('counts a body until the end of %s, and listens no longer', (_what, end) => {
    const [first, second] = [newRequest(), newRequest()];
    bodies.hold(first, 10 * MIB);
    expect(() => bodies.hold(second, 2 * MIB)).toThrow();
    end(first);
    bodies.hold(second, 10 * MIB);
    expect(first.raw.socket.listenerCount('close')).toBe(0);
  });

  it.each([0, 2 * MIB])('holds no more of a body whose connection was closed after %i bytes', (before) => {
    const closed = newRequest();
    bodies.hold(closed, before);
    close(closed);
    expect(() => bodies.hold(closed, 9 * MIB)).toThrow('The connection was closed.');
    bodies.hold(newRequest(), 4 * MIB);
    bodies.hold(newRequest(), 4 * MIB);
  });

  it('counts what is held no longer once it is small again, as at the end of a line', () => {
    const [first, second] = [newRequest(), newRequest()];
    bodies.hold(first, 9 * MIB);
    bodies.hold(first, MIB);
    bodies.hold(second, 9 * MIB);
    bodies.hold(first, 0);
    expect(() => bodies.hold(first, 2 * MIB)).toThrow();
  });

  it('takes any that is alone, and small ones whatever else there is', () => {
    bodies.hold(newRequest(), 100 * MIB);
    bodies.hold(newRequest(), MIB);
  });
});
