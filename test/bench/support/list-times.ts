import type { Figure } from '../bench';
import { median, pairUp, quantile } from '../statistics';
import { atMost, ratioAtMost } from '../target';
import type { ListQuery } from './list-queries';

/** Milliseconds that each list took, by its name. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** What a round gave of the same lists. */
export interface ListRound {
  product: Times;
  /** Of the bare query of the page. */
  limit: Times;
}

/** Gathers what was measured of lists, some of them several times. */
export function timesOf(queries: readonly ListQuery[], milliseconds: readonly number[]): Times {
  const times = new Map<string, number[]>();
  for (const [place, { name }] of queries.entries()) {
    const taken = milliseconds[place];
    if (taken !== undefined) times.set(name, [...(times.get(name) ?? []), taken]);
  }
  return times;
}

/** The mean of all lists; only of some if their names are given. */
export function mean(times: Times, names: Iterable<string> = times.keys()): number {
  const all = [...names].flatMap((name) => times.get(name) ?? []);
  return all.reduce((sum, time) => sum + time, 0) / all.length;
}

/**
 * Page and total against the bare page: the mean of all lists, then the one that is furthest from its own bare page, by
 * the medians of the two, as a stall of the machine would decide a single time; and how long the slowest take.
 *
 * @param group begins the name of each figure
 */
export function comparedFigures(group: string, rounds: readonly ListRound[]): Figure[] {
  const furthest = furthestOf(rounds);
  const unit = 'ms';
  return [
    {
      what: `${group}: page and total, mean of all filters and pairs`,
      unit,
      target: ratioAtMost(1.3),
      pairs: pairUp(
        rounds.map(({ product }) => mean(product)),
        rounds.map(({ limit }) => mean(limit)),
      ),
    },
    {
      what: `${group}: page and total, the furthest from its bare page`,
      note: furthest,
      unit,
      target: ratioAtMost(1.3),
      pairs: pairUp(
        rounds.map(({ product }) => middle(product, furthest)),
        rounds.map(({ limit }) => middle(limit, furthest)),
      ),
    },
    {
      what: `${group}: p99`,
      unit,
      target: atMost(15),
      pairs: rounds.map(({ product }) => ({ product: quantile([...product.values()].flat(), 0.99) })),
    },
  ];
}

/** The slowest of lists that are not compared with their bare pages. @throws RangeError without any */
export function slowestFigure(group: string, rounds: readonly Times[]): Figure {
  const all = together(rounds);
  const slowest = greatest([...all.keys()], (name) => middle(all, name));
  return {
    what: `${group}: the slowest`,
    note: slowest,
    unit: 'ms',
    target: atMost(100),
    pairs: rounds.map((times) => ({ product: middle(times, slowest) })),
  };
}

/** The list whose page and total take the longest as a multiple of its bare page. */
function furthestOf(rounds: readonly ListRound[]): string {
  const [product, limit] = [
    together(rounds.map((round) => round.product)),
    together(rounds.map((round) => round.limit)),
  ];
  return greatest([...product.keys()], (name) => middle(product, name) / middle(limit, name));
}

function together(rounds: readonly Times[]): Times {
  const names = [...(rounds[0]?.keys() ?? [])];
  return new Map(names.map((name) => [name, rounds.flatMap((times) => times.get(name) ?? [])]));
}

function middle(times: Times, name: string): number {
  return median(times.get(name) ?? []);
}

function greatest(names: readonly string[], valueOf: (name: string) => number): string {
  const [first] = names;
  if (first === undefined) throw new RangeError('There is no slowest of no lists.');
  return names.reduce((most, name) => (valueOf(name) > valueOf(most) ? name : most), first);
}
