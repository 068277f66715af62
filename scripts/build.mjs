import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const SOURCES = ['apps', 'libs', 'package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
const lock = path.join(root, 'node_modules', '.sessions-build');

const LOOK_EVERY_MS = 200;

/** Another build takes ten seconds, and several times that on a busy machine. */
const PATIENCE_MS = 5 * 60_000;

/**
 * Runs `npm run build` unless `dist` is newer than every source. Two at once (`npm start` beside `npm test`) wait
 * for each other, so that nobody runs what the other has written in part. Throws with the compiler's output when the
 * build fails, and with what to do when another one never ends.
 */
export async function buildIfStale(say = () => {}) {
  if (isFresh()) return;
  await takeLock(say);
  try {
    if (isFresh()) return;
    say('Building…');
    const begun = new Date().toISOString();
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`npm run build failed:\n${stdout ?? ''}${stderr ?? ''}`);
    writeFileSync(stamp(), begun);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Whether `dist` is newer than every source, or there are no sources (an image with the built product only). */
export function isFresh() {
  if (!existsSync(path.join(root, 'apps'))) return true;
  return existsSync(stamp()) && newestSource() < new Date(readFileSync(stamp(), 'utf8')).getTime();
}

function stamp() {
  return path.join(root, 'dist', '.built');
}

function newestSource() {
  const newest = (entry) => {
    const found = statSync(entry);
    if (!found.isDirectory()) return found.mtimeMs;
    return Math.max(
      0,
      ...readdirSync(entry)
        .filter(isBuilt)
        .map((name) => newest(path.join(entry, name))),
    );
  };
  return Math.max(...SOURCES.map((name) => newest(path.join(root, name))));
}

/** Whether a file or folder of the sources has a part in the build. */
function isBuilt(name) {
  return !name.includes('.') || (name.endsWith('.ts') && !name.endsWith('.spec.ts'));
}

async function takeLock(say) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let told = false; !tryLock(); told = true) {
    if (!holderLives()) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (Date.now() > deadline) throw new Error(`Another build does not end: stop it, or delete ${lock}.`);
    if (!told) say('Waiting for another build to end…');
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
}

function tryLock() {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  try {
    writeFileSync(path.join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    // Somebody took it for what a build that was killed had left.
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** A lock without a process id is being taken, or was left by one that was killed just then. */
function holderLives() {
  try {
    process.kill(Number(readFileSync(path.join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM' || (error.code === 'ENOENT' && isYoung());
  }
}

function isYoung() {
  const found = statSync(lock, { throwIfNoEntry: false });
  return found !== undefined && Date.now() - found.mtimeMs < 5000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildIfStale();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
