import type { Result } from '../result';

/** A number with as many digits as matter: 12,345 · 123 · 12.3 · 1.23. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** The cells of a result in every table. */
export function cellsOf(result: Result): string[] {
  const { name, what, note, backend, product, limit, unit, ratio, range, target, met } = result;
  const spread = ratio === null ? range : [ratio.min, ratio.max];
  return [
    name,
    note === undefined ? what : `${what} (${note})`,
    backend,
    `${formatNumber(product)} ${unit}`,
    limit === null ? '' : `${formatNumber(limit)} ${unit}`,
    ratio === null ? '' : `${formatNumber(ratio.median)}×`,
    spread.map(formatNumber).join(' – '),
    target,
    target === '' ? '' : met ? 'met' : 'missed',
  ];
}

/** Heads of the columns of `cellsOf`. The spread is the ratio's, or the product's where there is no limit. */
export const COLUMNS = ['Bench', 'Figure', 'Backend', 'Product', 'Limit', 'Ratio', 'Spread', 'Target', ''];
