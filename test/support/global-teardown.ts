import { isAlive } from '../../apps/cli/src/start/embedded-postgres';

/** Has the reaper end every server of the run, and waits for that. */
async function globalTeardown(): Promise<void> {
  const reaper = Number(process.env.TEST_RUN_REAPER);
  if (!reaper || !isAlive(reaper)) return;
  process.kill(reaper, 'SIGTERM');
  while (isAlive(reaper)) await new Promise((done) => setTimeout(done, 20));
}

module.exports = globalTeardown;
