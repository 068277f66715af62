import type { Backend, Figure } from './bench';
import { summarise } from './statistics';
import type { Pair, Summary } from './statistics';
import { isMet, targetText } from './target';

/** One line of a report. */
export interface Result {
  /** The bench. */
  name: string;
  /** Which of its figures. */
  what: string;
  /** What else to know of it; no part of what makes it the same figure in another run. */
  note?: string;
  backend: Backend;
  /** Medians of all pairs, in `unit`; no limit where there is none to compare with. */
  product: number;
  limit: number | null;
  unit: string;
  /** Of product ÷ limit in each pair; null without a limit. */
  ratio: Summary | null;
  /** Of product − limit in each pair, in `unit`, where the target is about that. */
  over?: Summary;
  /** Lowest and highest of the product's figures. */
  range: [number, number];
  /** In words. */
  target: string;
  met: boolean;
  pairs: Pair[];
  /** Commit that was measured. */
  commit: string;
}

/** Everything that a run measured, as `--json` writes it. */
export interface Report {
  machine: { cpus: number; cpu: string; memoryGiB: number; system: string };
  /** Of Node and of the servers. */
  versions: Record<string, string>;
  commit: string;
  results: Result[];
}

/** Sums up what a bench measured. @throws RangeError without pairs, or when the target needs a limit and has none */
export function resultOf(name: string, backend: Backend, figure: Figure, commit: string): Result {
  const { what, note, unit, target, pairs } = figure;
  const product = summarise(pairs.map((pair) => pair.product));
  const compared = pairs.flatMap((pair) =>
    pair.limit === undefined ? [] : [{ ...pair, limit: pair.limit }],
  );
  const limit = compared.length === 0 ? null : summarise(compared.map((pair) => pair.limit)).median;
  const ratio = limit === null ? null : summarise(compared.map((pair) => pair.product / pair.limit));
  const over = limit === null ? null : summarise(compared.map((pair) => pair.product - pair.limit));
  const judged = { ratio: ratio?.median, value: product.median, over: over?.median }[target.of];
  if (judged === undefined || judged === null) {
    throw new RangeError(`The target of ${name}, ${what}, is about its limit, of which there is no figure.`);
  }
  return {
    name,
    what,
    ...(note === undefined ? {} : { note }),
    backend,
    product: product.median,
    limit,
    unit,
    ratio,
    ...(target.of === 'over' && over !== null ? { over } : {}),
    range: [product.min, product.max],
    target: targetText(target, unit),
    met: isMet(target, judged),
    pairs,
    commit,
  };
}

/** Whether two results are of the same figure. */
export function isSameFigure(left: Result, right: Result): boolean {
  return left.name === right.name && left.what === right.what && left.backend === right.backend;
}
