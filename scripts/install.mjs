import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './build.mjs';

/** The first minor version of each major one that runs the packages (`engines` in package.json); others never did. */
const FIRST_MINOR = { 20: 19, 22: 13, 24: 11 };

/** Throws a sentence with what to do when this Node cannot load the packages. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > 24 || minor >= FIRST_MINOR[major]) return;
  const usable = Object.entries(FIRST_MINOR).map(([one, first]) => `${one} from ${one}.${first} on`);
  throw new Error(`Node ${version} cannot run this: install Node ${usable.join(', ')}, or a newer one.`);
}

/**
 * Runs `npm ci` unless what package-lock.json lists is installed in those versions. Packages for other platforms may
 * be missing, and those for development as well with `production`.
 */
export function installIfMissing({ production }, say = () => {}) {
  if (isInstalled(production)) return;
  say('Installing packages (a minute or two)…');
  // With NODE_ENV=production npm would leave out what builds the product.
  const development = production ? [] : ['--include=dev'];
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...development], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci failed: see above, then try again.');
}

function isInstalled(production) {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const found = packagesOf(installed);
  return Object.entries(packagesOf(path.join(root, 'package-lock.json'))).every(
    ([name, wanted]) =>
      name === '' ||
      wanted.optional ||
      wanted.devOptional ||
      (production && wanted.dev) ||
      found[name]?.version === wanted.version,
  );
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
