import type { Result } from '../result';

/** A number with as many digits as matter: 12,345 · 123 · 12.3 · 1.23. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** The cells of a result in every table. */
export function cellsOf(result: Result): string[] {
  const { name, what, note, backend, product, limit, unit, ratio, over, range, target, met } = result;
  const compared = over ?? ratio;
  const spread = compared === null ? range : [compared.min, compared.max];
  return [
    name,
    note === undefined ? what : `${what} (${note})`,
    backend,
    `${formatNumber(product)} ${unit}`,
    limit === null ? '' : `${formatNumber(limit)} ${unit}`,
    comparedText(result),
    spread.map(formatNumber).join(' – '),
    target,
    target === '' ? '' : met ? 'met' : 'missed',
  ];
}

/**
 * Heads of the columns of `cellsOf`. In place of the ratio stands the difference where that is judged. The spread is that of
 * what stands there, or the product's where there is no limit.
 */
export const COLUMNS = ['Bench', 'Figure', 'Backend', 'Product', 'Limit', 'Ratio', 'Spread', 'Target', ''];

/** How far the product is from its limit: "0.62×", or "4.6 ms more" where that is judged. */
function comparedText({ ratio, over, unit }: Result): string {
  if (over !== undefined) return `${formatNumber(over.median)} ${unit} more`;
  return ratio === null ? '' : `${formatNumber(ratio.median)}×`;
}
