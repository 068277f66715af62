/** Milliseconds between two plain lines, where there is no terminal to redraw. */
const PLAIN_EVERY_MS = 2000;

/** A stream to show things on, which may be a terminal. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far something is: one line that is redrawn on a terminal, else a plain line every two seconds. */
export class StatusLine {
  private shown = '';
  private lastPlainAt = 0;

  constructor(private readonly output: Output) {}

  show(text: string): void {
    this.shown = text;
    if (this.output.isTTY) this.output.write(`\r\x1b[K${text}`);
    else if (Date.now() - this.lastPlainAt >= PLAIN_EVERY_MS) {
      this.lastPlainAt = Date.now();
      this.output.write(`${text}\n`);
    }
  }

  /** Leaves what was shown last on the screen and ends its line. */
  finish(): void {
    this.output.write(this.output.isTTY ? '\n' : `${this.shown}\n`);
  }
}
