import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere } from '../../apps/cli/src/start/read-if-there';
import { runFolder } from './run-folder';

/** The repository's root folder. */
export const ROOT = join(__dirname, '..', '..');

/**
 * Builds the product unless `dist` is newer than the sources. A failure is kept for the tests that start the
 * product, so that the others still run. TEST_NO_BUILD=1 takes `dist` as it is.
 */
export async function build(): Promise<void> {
  if (process.env.TEST_NO_BUILD === '1') return;
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], { cwd: ROOT });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    await writeFile(failureFile(), stdout + stderr || String(error));
  }
}

/** Throws what the build of this run printed when it failed. */
export async function requireBuild(): Promise<void> {
  const output = await readIfThere(failureFile());
  if (output !== undefined) throw new Error(`npm run build failed:\n${output}`);
}

function failureFile(): string {
  return join(runFolder(), 'build-failed');
}
