import type { BatchEnding } from './index-batch';
import type { Outbox, OutboxEntry } from './outbox';

/**
 * A batch that the engine was given. A batch that it refuses ends in parts: what of it has not ended is still held, and is
 * given back when the engine or the database fails half-way. Given back as a whole, what had ended would be indexed again,
 * and what is parked refused again.
 */
export class FlyingBatch implements BatchEnding {
  private readonly entries: Set<OutboxEntry>;

  constructor(
    private readonly outbox: Outbox,
    entries: readonly OutboxEntry[],
  ) {
    this.entries = new Set(entries);
  }

  /** What has yet to end. */
  get left(): OutboxEntry[] {
    return [...this.entries];
  }

  async complete(entries: readonly OutboxEntry[]): Promise<void> {
    await this.outbox.complete(entries);
    this.ended(entries);
  }

  divide(entries: readonly OutboxEntry[]): Promise<void> {
    return this.outbox.divide(entries);
  }

  async release(entries: readonly OutboxEntry[]): Promise<void> {
    await this.outbox.release(entries);
    this.ended(entries);
  }

  async park(entry: OutboxEntry, reason: string): Promise<boolean> {
    const isParked = await this.outbox.park(entry, reason);
    this.ended([entry]);
    return isParked;
  }

  private ended(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) this.entries.delete(entry);
  }
}
