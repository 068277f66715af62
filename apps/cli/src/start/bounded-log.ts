import { copyFileSync, statSync, truncateSync } from 'node:fs';

const LARGEST_BYTES = 20 * 1024 * 1024;

/**
 * Keeps a log from growing for ever: once it is large, its content moves to a file with `.1` after its name. It is copied
 * and emptied rather than renamed, so that a program that has it open for appending goes on in it; what the program
 * writes between the two is lost.
 */
export function boundLog(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.size <= LARGEST_BYTES) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}
