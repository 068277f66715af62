/** A whole number with its thousands apart, such as 2,000. */
export function grouped(number: number): string {
  return number.toLocaleString('en-GB');
}

/** A number of things, such as `1 dead letter` or `2,000 dead letters`. */
export function numberOf(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? '' : 's'}`;
}
