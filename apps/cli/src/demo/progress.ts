const BAR_WIDTH = 24;

/** Milliseconds between two plain lines, where there is no terminal to redraw. */
const PLAIN_EVERY_MS = 2000;

/** How far the sessions of the demo are. */
export interface Counts {
  accepted: number;
  persisted: number;
  searchable: number;
}

/** Shows the counts: one line that is redrawn on a terminal, else a plain line every two seconds. */
export class Progress {
  private shown = '';
  private lastPlainAt = 0;

  constructor(
    private readonly total: number,
    private readonly output: { isTTY?: boolean; write(text: string): unknown },
  ) {}

  show(counts: Counts): void {
    this.shown = this.line(counts);
    if (this.output.isTTY) this.output.write(`\r\x1b[K${this.shown}`);
    else if (Date.now() - this.lastPlainAt >= PLAIN_EVERY_MS) {
      this.lastPlainAt = Date.now();
      this.output.write(`${this.shown}\n`);
    }
  }

  /** Leaves the last counts on the screen and ends their line. */
  finish(): void {
    this.output.write(this.output.isTTY ? '\n' : `${this.shown}\n`);
  }

  private line({ accepted, persisted, searchable }: Counts): string {
    const filled = Math.floor((accepted / this.total) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    return `${bar} accepted ${grouped(accepted)} · persisted ${grouped(persisted)} · searchable ${grouped(searchable)} of ${grouped(this.total)}`;
  }
}

/** A whole number with its thousands apart, such as 2,000. */
export function grouped(number: number): string {
  return number.toLocaleString('en-GB');
}
