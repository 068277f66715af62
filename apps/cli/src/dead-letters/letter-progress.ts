import { grouped } from '../numbers';
import { StatusLine } from '../status-line';
import type { Output } from '../status-line';

/** Shows how far a replay or a purge is, unless its first step is its last. */
export class LetterProgress {
  private readonly status: StatusLine;
  private begun = false;

  /** @param did what is done to a letter, such as `Replayed` */
  constructor(
    private readonly did: string,
    private readonly total: number,
    output: Output,
  ) {
    this.status = new StatusLine(output);
  }

  show(done: number): void {
    if (!this.begun && done >= this.total) return;
    this.begun = true;
    this.status.show(`${this.did} ${grouped(done)} of ${grouped(this.total)} dead letters`);
  }

  finish(): void {
    if (this.begun) this.status.finish();
  }
}
