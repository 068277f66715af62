const NOTHING = Buffer.alloc(0);

/**
 * Bytes that arrive in pieces, in one buffer that doubles. HTTP allows pieces of one byte, of which each would take more
 * than a hundred if it were kept as it came.
 */
export class GatheredBytes {
  private buffer: Buffer = NOTHING;
  private size = 0;

  /** Adds to the end. The first piece is not copied, since most bodies are one; it must not change any more. */
  add(piece: Buffer): void {
    if (this.size === 0) this.buffer = piece;
    else {
      this.makeRoom(this.size + piece.length);
      piece.copy(this.buffer, this.size);
    }
    this.size += piece.length;
  }

  /** All that was added, after which there is nothing. */
  take(): Buffer {
    const { buffer, size } = this;
    this.buffer = NOTHING;
    this.size = 0;
    return buffer.length === size ? buffer : buffer.subarray(0, size);
  }

  private makeRoom(size: number): void {
    if (size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.size);
    this.buffer = larger;
  }
}
