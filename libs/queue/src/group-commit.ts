/** How items are gathered into groups. */
export interface GroupCommitOptions<Item, Result> {
  /** Milliseconds that the first item of a group waits for others. */
  maxDelayMs: number;
  /** Weight at which a group is full, by each measure; an item that is heavier makes a group of its own. */
  maxWeight: readonly number[];
  /** Weight of an item, by the same measures. */
  weigh(item: Item): readonly number[];
  /** Groups that may be under way at once; further items gather meanwhile. */
  maxInFlight: number;
  /** As many of them may have started before they were full. Default all. */
  maxPartialInFlight?: number;
  /** Stores a group: one result an item, in order. */
  commit(items: Item[]): Promise<Result[]>;
  /** Whether a failed group is to be tried again item by item, since one of them may be at fault. */
  isolates(error: unknown): boolean;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/** Items that are stored together. */
interface Group<Item, Result> {
  members: Waiting<Item, Result>[];
  weight: number[];
  /** Whether it was closed before it was full. */
  isPartial: boolean;
}

/**
 * Group commit: items that are added at about the same time are stored together, and each is answered when its own
 * group is stored.
 *
 * A group is *open* while items may join it, until its first item has waited for the delay (the group is *due*) or
 * until it is full. It is *ready* once it is full, or due while fewer groups than allowed are under way, in all and of
 * those that were not full; a due group stays open as long as it cannot start, so that groups grow with the load. It is
 * *under way* until it is stored. A group that fails because of one item is stored item by item, so that only that one
 * fails.
 */
export class GroupCommit<Item, Result> {
  private open: Group<Item, Result>;
  private due = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly ready: Group<Item, Result>[] = [];
  private underWay = 0;
  private partialUnderWay = 0;

  constructor(private readonly options: GroupCommitOptions<Item, Result>) {
    this.open = this.newGroup();
  }

  /** Adds an item and resolves with its result once its group is stored; rejects with what kept it from that. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => this.join(item, resolve, reject));
  }

  /** Adds an item and calls back with what `add` would settle with, for callers that have a promise of their own. */
  join(item: Item, resolve: (result: Result) => void, reject: (error: unknown) => void): void {
    const weight = this.options.weigh(item);
    if (this.open.members.length > 0 && this.overflowsWith(weight)) this.close(false);
    this.open.members.push({ item, resolve, reject });
    for (const [measure, more] of weight.entries()) this.open.weight[measure] = this.weightOf(measure) + more;
    if (this.isFull()) this.close(false);
    else this.timer ??= setTimeout(() => this.becomeDue(), this.options.maxDelayMs);
  }

  private newGroup(): Group<Item, Result> {
    return { members: [], weight: this.options.maxWeight.map(() => 0), isPartial: false };
  }

  private weightOf(measure: number): number {
    return this.open.weight[measure] ?? 0;
  }

  private overflowsWith(more: readonly number[]): boolean {
    return this.options.maxWeight.some((max, measure) => this.weightOf(measure) + (more[measure] ?? 0) > max);
  }

  private isFull(): boolean {
    return this.options.maxWeight.some((max, measure) => this.weightOf(measure) >= max);
  }

  private becomeDue(): void {
    this.due = this.open.members.length > 0;
    this.start();
  }

  /** Lets nobody join the open group any more. */
  private close(isPartial: boolean): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due = false;
    this.open.isPartial = isPartial;
    this.ready.push(this.open);
    this.open = this.newGroup();
    this.start();
  }

  private start(): void {
    const { maxInFlight, maxPartialInFlight = maxInFlight } = this.options;
    if (this.underWay >= maxInFlight) return;
    const group = this.ready.shift();
    if (group === undefined) {
      if (this.due && this.partialUnderWay < maxPartialInFlight) this.close(true);
      return;
    }
    this.count(group, 1);
    void this.run(group.members).finally(() => {
      this.count(group, -1);
      this.start();
    });
    this.start();
  }

  private count({ isPartial }: Group<Item, Result>, change: 1 | -1): void {
    this.underWay += change;
    if (isPartial) this.partialUnderWay += change;
  }

  private async run(members: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.commit(members.map(({ item }) => item));
      for (const [index, { resolve }] of members.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (members.length === 1 || !this.options.isolates(error))
        for (const { reject } of members) reject(error);
      else for (const member of members) await this.run([member]);
    }
  }
}
