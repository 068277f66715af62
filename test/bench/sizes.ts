/** Sessions stored that only `--large` measures: they cannot be set up in minutes. */
export const LARGE = 10_000_000;

/** Such as "10 k" or "1 M". */
export function sizeText(sessions: number): string {
  return sessions >= 1e6 ? `${sessions / 1e6} M` : `${sessions / 1000} k`;
}
