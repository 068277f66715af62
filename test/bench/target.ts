/**
 * What a figure should reach: `ratio` is product ÷ limit, `value` is the product's own, `over` is product − limit. Without
 * a bound it is only told.
 */
export interface Target {
  of: 'ratio' | 'value' | 'over';
  atLeast?: number;
  atMost?: number;
}

/** Product ÷ limit must be at least this. */
export const ratioAtLeast = (atLeast: number): Target => ({ of: 'ratio', atLeast });

/** Product ÷ limit must be at most this, as for times. */
export const ratioAtMost = (atMost: number): Target => ({ of: 'ratio', atMost });

/** The product's own figure must be at most this. */
export const atMost = (bound: number): Target => ({ of: 'value', atMost: bound });

/** The product's figure must not be more than this above the limit's. */
export const atMostOver = (bound: number): Target => ({ of: 'over', atMost: bound });

/** The figure tells how another one was measured. */
export const NO_TARGET: Target = { of: 'value' };

/** Whether a number is within the target's bounds. */
export function isMet({ atLeast = -Infinity, atMost: most = Infinity }: Target, value: number): boolean {
  return value >= atLeast && value <= most;
}

/** The target in words: "≥ 0.6×", "≤ 50 ms", "≤ 5 ms more"; empty without a bound. */
export function targetText({ of, atLeast, atMost: most }: Target, unit: string): string {
  const suffix = { ratio: '×', value: ` ${unit}`, over: ` ${unit} more` }[of];
  const bounds = [
    ['≥', atLeast],
    ['≤', most],
  ] as const;
  return bounds
    .flatMap(([sign, bound]) => (bound === undefined ? [] : `${sign} ${bound}${suffix}`))
    .join(', ');
}
