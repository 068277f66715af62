import { StatusLine } from './status-line';
import type { Output } from './status-line';

/** Work that takes no longer than this shows no progress. */
const QUIET_MS = 1000;

/** Shows on standard error how far long work is, so that standard output has the result alone. */
export class StepProgress {
  private readonly status: StatusLine;

  constructor(output: Output = process.stderr) {
    this.status = new StatusLine(output);
  }

  /** Does the work, which says how far it is by the function that it gets. */
  async during<Result>(work: (show: (text: string) => void) => Promise<Result>): Promise<Result> {
    const begunAt = Date.now();
    let shown = false;
    try {
      return await work((text) => {
        if (Date.now() - begunAt < QUIET_MS) return;
        shown = true;
        this.status.show(text);
      });
    } finally {
      if (shown) this.status.finish();
    }
  }
}
