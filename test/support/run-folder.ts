import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of this test run, made by global-setup; everything in it is removed at the end. */
export function runFolder(): string {
  const folder = process.env.TEST_RUN_DIR;
  if (!folder) throw new Error('TEST_RUN_DIR is not set: run this test in the jest project "integration".');
  return folder;
}

/** Has a process ended with that signal when the run is over, even if the run is killed. */
export async function endWithRun(pid: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  await writeFile(join(runFolder(), 'processes', String(pid)), signal);
}

/** Takes `endWithRun` back, for a process that has ended. */
export async function forgetProcess(pid: number): Promise<void> {
  await rm(join(runFolder(), 'processes', String(pid)), { force: true });
}
