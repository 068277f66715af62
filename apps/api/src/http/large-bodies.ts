import { ApiError, unavailable } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';

/** Bytes up to which a body does not count. */
const SMALL = 1024 * 1024;

const TOO_MANY =
  'This process holds as many large bodies as it may; send this one again in a moment, or what it has in smaller parts.';

/**
 * What large bodies, and lines of streams that have yet to end, take together, since each takes several times its length
 * once it is parsed: some ten batches of 64 MiB at once would end the process, with everybody's requests. One alone is
 * always taken.
 */
export class LargeBodies {
  private readonly held = new Map<FastifyRequest, { bytes: number; release: () => void }>();
  private total = 0;

  /** @param most bytes that they may have together */
  constructor(private readonly most: number) {}

  /**
   * Notes how many bytes of a request's body are held. They count until there are few, `release`, or the end of the
   * connection.
   *
   * @throws ApiError 503 when that is too much beside the others; 400 when the connection is closed, as what is decoded
   * after that would count for ever
   */
  hold(request: FastifyRequest, bytes: number): void {
    if (bytes <= SMALL) return this.release(request);
    if (request.raw.socket.destroyed) throw new ApiError(400, 'The connection was closed.');
    const entry = this.held.get(request) ?? this.enter(request);
    const others = this.total - entry.bytes;
    if (others > 0 && others + bytes > this.most) {
      this.release(request);
      throw unavailable(TOO_MANY, 5);
    }
    entry.bytes = bytes;
    this.total = others + bytes;
  }

  /** Forgets the body of a request that is over. */
  release(request: FastifyRequest): void {
    const entry = this.held.get(request);
    if (entry === undefined) return;
    this.held.delete(request);
    this.total -= entry.bytes;
    request.raw.socket.off('close', entry.release);
  }

  private enter(request: FastifyRequest): { bytes: number; release: () => void } {
    const entry = { bytes: 0, release: () => this.release(request) };
    this.held.set(request, entry);
    request.raw.socket.once('close', entry.release);
    return entry;
  }
}
