import type { DeadLetterCounts } from '@sessions/storage';
import { grouped } from '../numbers';
import { withProgress } from '../with-progress';
import { sumOf } from './letter-counts';

/**
 * Deals with dead letters step by step until there were enough or none are left, and shows how far it is.
 *
 * @param did what is done to a letter, such as `Replayed`
 * @param step deals with at most so many, and gets how many there were before
 */
export function inSteps(
  did: string,
  total: number,
  step: (most: number, before: DeadLetterCounts) => Promise<DeadLetterCounts>,
): Promise<DeadLetterCounts> {
  return withProgress(async (show) => {
    let done: DeadLetterCounts = { persist: 0, index: 0 };
    while (sumOf(done) < total) {
      const { persist, index } = await step(total - sumOf(done), done);
      if (persist + index === 0) break;
      done = { persist: done.persist + persist, index: done.index + index };
      show(`${did} ${grouped(sumOf(done))} of ${grouped(total)} dead letters`);
    }
    return done;
  });
}
