/** The product's figure, and the limit's of the same round where there is one, in the same unit. */
export interface Pair {
  product: number;
  limit?: number;
}

/** The middle of some values, and how far they lie apart. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** @throws RangeError without values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of nothing.');
  return (lower + upper) / 2;
}

/** The value below which this share of the values lies: 0.99 for the 99th percentile. @throws RangeError without values */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new RangeError('There is no quantile of nothing.');
  return value;
}

/** @throws RangeError without values */
export function summarise(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Pairs the rounds of two sides that were measured in turn. */
export function pairUp(products: readonly number[], limits: readonly number[]): Pair[] {
  return products.map((product, round) => ({ product, limit: limits[round] }));
}

/**
 * Measures every side once a round, in turn (A B A B …), so that what else the machine does, and how warm it is, tells
 * on all of them alike.
 *
 * @returns what each side gave in each round
 */
export async function inTurn<Side extends string, Sample>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<Sample>>>,
): Promise<Record<Side, Sample[]>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Side, Sample[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) samples[name].push(await sides[name]());
  }
  return samples;
}

/**
 * Asks every side about every item, one item after the other. Which side is first changes from item to item: the second
 * finds at hand what the first had to read.
 *
 * @param first an odd number has the last side begin
 * @returns what each side gave of each item
 */
export async function eachInTurn<Side extends string, Item, Sample>(
  items: readonly Item[],
  sides: Readonly<Record<Side, (item: Item) => Promise<Sample>>>,
  first = 0,
): Promise<Record<Side, Sample[]>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Side, Sample[]>;
  for (const [place, item] of items.entries()) {
    const order = (place + first) % 2 === 0 ? names : names.toReversed();
    for (const name of order) samples[name].push(await sides[name](item));
  }
  return samples;
}
