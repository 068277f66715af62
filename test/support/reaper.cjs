/**
 * Ends what a test run started, once the run is over or its process is gone (Ctrl-C, SIGKILL, a crash): every file
 * in `<run folder>/processes` is named after a process id and holds the signal that ends it, and every one in `mounts`
 * holds a folder to unmount. A process of its own, because Jest runs no teardown when it is interrupted.
 * Usage: node reaper.cjs <run folder>, with an IPC channel.
 */
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');

const folder = process.argv[2];
const PATIENCE_MS = 10_000;

function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

async function endAll() {
  const processes = path.join(folder, 'processes');
  const entries = existsSync(processes) ? readdirSync(processes) : [];
  for (const pid of entries) signal(Number(pid), readFileSync(path.join(processes, pid), 'utf8'));
  const deadline = Date.now() + PATIENCE_MS;
  while (entries.some((pid) => signal(Number(pid), 0)) && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
  }
  for (const pid of entries) signal(Number(pid), 'SIGKILL');
  const mounts = path.join(folder, 'mounts');
  for (const name of existsSync(mounts) ? readdirSync(mounts) : []) {
    spawnSync('umount', ['--lazy', readFileSync(path.join(mounts, name), 'utf8')]);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

for (const name of ['SIGINT', 'SIGHUP']) process.on(name, () => {});
process.once('SIGTERM', () => process.disconnect());
process.once('disconnect', endAll);
