import type { DeadLetterCounts } from '@sessions/storage';
import { grouped, numberOf } from '../numbers';

/** How many dead letters there are of both kinds together. */
export function sumOf({ persist, index }: DeadLetterCounts): number {
  return persist + index;
}

/** Such as `12 dead letters (10 persist, 2 index)`. */
export function lettersText(counts: DeadLetterCounts): string {
  const kinds = `${grouped(counts.persist)} persist, ${grouped(counts.index)} index`;
  return `${numberOf(sumOf(counts), 'dead letter')} (${kinds})`;
}
