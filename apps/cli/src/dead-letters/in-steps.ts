import type { DeadLetterCounts } from '@sessions/storage';
import { sumOf } from './letter-counts';
import { LetterProgress } from './letter-progress';

/**
 * Deals with dead letters step by step until there were enough or none are left, and shows how far it is on standard
 * error, so that standard output has the result alone.
 *
 * @param step deals with at most so many, and gets how many there were before
 */
export async function inSteps(
  did: string,
  total: number,
  step: (most: number, before: DeadLetterCounts) => Promise<DeadLetterCounts>,
): Promise<DeadLetterCounts> {
  const progress = new LetterProgress(did, total, process.stderr);
  let done: DeadLetterCounts = { persist: 0, index: 0 };
  try {
    while (sumOf(done) < total) {
      const { persist, index } = await step(total - sumOf(done), done);
      if (persist + index === 0) break;
      done = { persist: done.persist + persist, index: done.index + index };
      progress.show(sumOf(done));
    }
  } finally {
    progress.finish();
  }
  return done;
}
