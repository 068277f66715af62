import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './build';

/** What a run of the command line came to. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

const LONGEST_MS = 120_000;

/** Runs the built command line as an operator does, with no settings but these. Call `requireBuild` before. */
export function runCommand(settings: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const main = join(ROOT, 'dist', 'apps', 'cli', 'src', 'main.js');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      // One that hangs must not outlive the test.
      { env: { PATH: process.env.PATH, ...settings }, timeout: LONGEST_MS, killSignal: 'SIGKILL' },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out: out.trimEnd(), err: err.trimEnd() }),
    );
  });
}
