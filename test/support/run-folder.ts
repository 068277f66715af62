import { fork } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../apps/cli/src/start/embedded-postgres';

/**
 * Makes the folder of a run and says in TEST_RUN_DIR, which child processes inherit, where it is. A process of its own
 * ends the run's servers and removes the folder, however the run ends.
 */
export async function openRun(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sessions-test-'));
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'processes'));
  await mkdir(join(folder, 'asked'));
  const reaper = fork(join(__dirname, 'reaper.cjs'), [folder], { detached: true, stdio: 'ignore' });
  reaper.unref();
  reaper.channel?.unref();
  process.env.TEST_RUN_DIR = folder;
  process.env.TEST_RUN_REAPER = String(reaper.pid);
}

/** Has the reaper end every server of the run, and waits for that. */
export async function closeRun(): Promise<void> {
  const reaper = Number(process.env.TEST_RUN_REAPER);
  if (!reaper || !isAlive(reaper)) return;
  process.kill(reaper, 'SIGTERM');
  while (isAlive(reaper)) await new Promise((done) => setTimeout(done, 20));
}

/** The folder of this test run; everything in it is removed at the end. */
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
