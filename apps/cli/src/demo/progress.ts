import { grouped } from '../numbers';
import { StatusLine } from '../status-line';
import type { Output } from '../status-line';

const BAR_WIDTH = 24;

/** How far the sessions of the demo are. */
export interface Counts {
  accepted: number;
  persisted: number;
  searchable: number;
}

/** Shows the counts on a status line. */
export class Progress {
  private readonly status: StatusLine;

  constructor(
    private readonly total: number,
    output: Output,
  ) {
    this.status = new StatusLine(output);
  }

  show(counts: Counts): void {
    this.status.show(this.line(counts));
  }

  /** Leaves the last counts on the screen and ends their line. */
  finish(): void {
    this.status.finish();
  }

  private line({ accepted, persisted, searchable }: Counts): string {
    const filled = Math.floor((accepted / this.total) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    return `${bar} accepted ${grouped(accepted)} · persisted ${grouped(persisted)} · searchable ${grouped(searchable)} of ${grouped(this.total)}`;
  }
}
