import { isSameFigure } from '../result';
import type { Result } from '../result';
import { formatNumber } from './format';

/**
 * Says, a line each, which figures moved against an earlier run: those of which the new median lies outside the old
 * spread and the old one outside the new. Compared is the ratio where there is one, since only that holds from one run
 * to the next; else the product's own figure.
 */
export function comparison(before: readonly Result[], now: readonly Result[]): string[] {
  const known = now.flatMap((result) => {
    const old = before.find((earlier) => isSameFigure(earlier, result));
    return old === undefined ? [] : [{ result, old }];
  });
  const moved = known.filter(({ result, old }) => hasMoved(judged(old), judged(result)));
  const lines = moved.map(({ result, old }) => {
    const [from, to] = [judged(old).median, judged(result).median];
    const change = `${to > from ? '+' : ''}${Math.round((to / from - 1) * 100)} %`;
    return `${result.name}, ${result.what}, ${result.backend}: ${formatNumber(from)} → ${formatNumber(to)} (${change})`;
  });
  const rest = `${known.length - moved.length} figures did not move; ${now.length - known.length} are new.`;
  return [...lines, rest];
}

interface Judged {
  median: number;
  min: number;
  max: number;
}

function judged({ ratio, product, range: [min, max] }: Result): Judged {
  return ratio ?? { median: product, min, max };
}

function hasMoved(old: Judged, now: Judged): boolean {
  const outside = (value: number, { min, max }: Judged) => value < min || value > max;
  return outside(now.median, old) && outside(old.median, now);
}
