import { StatusLine } from './status-line';
import type { Output } from './status-line';

/** Work that takes no longer than this shows no progress. */
const QUIET_MS = 1000;

/**
 * Does work that says how far it is by the function that it gets, and shows that on standard error, so that standard
 * output has the result alone.
 */
export async function withProgress<Result>(
  work: (show: (text: string) => void) => Promise<Result>,
  output: Output = process.stderr,
): Promise<Result> {
  const status = new StatusLine(output);
  const begunAt = Date.now();
  let shown = false;
  try {
    return await work((text) => {
      if (Date.now() - begunAt < QUIET_MS) return;
      shown = true;
      status.show(text);
    });
  } finally {
    if (shown) status.finish();
  }
}
