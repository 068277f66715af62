const WIDTHS = [13, 34, 11, 20, 20, 8, 16, 16, 6];

/** One line of the table that a run prints while it goes. */
export function consoleLine(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join(' ')
    .trimEnd();
}
