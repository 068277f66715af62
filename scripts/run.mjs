import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, isFresh, root } from './build.mjs';
import { checkNode, installIfMissing } from './install.mjs';

/**
 * Runs a program of the product in this process, after installing and building what is missing. Where no
 * DATABASE_URL is set it works on what a running `npm start` works on, and on nothing else, except for `start` itself.
 */
export async function runBuilt(app, args) {
  const say = (line) => console.error(line);
  checkNode();
  installIfMissing({ production: isFresh() }, say);
  await buildIfStale(say);
  if (args[0] !== 'start' && !process.env.DATABASE_URL && (await startRuns())) shareSettings();
  const main = path.join(root, 'dist', 'apps', app, 'src', 'main.js');
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
}

const data = path.join(root, '.data');

/** Whether a `start` holds the lock of this folder; one that was killed leaves its settings behind. */
function startRuns() {
  // Relative, because the path of a socket may have about 100 characters only.
  const connection = connect(path.relative('', path.join(data, 'start.sock')));
  return new Promise((answer) => {
    connection.on('error', () => answer(false));
    connection.once('connect', () => {
      connection.resume().unref();
      answer(true);
    });
  });
}

/** Takes over where the running `start` works, once it knows: what it did not set is not set here either. */
function shareSettings() {
  const file = path.join(data, 'settings.json');
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(JSON.parse(readFileSync(file, 'utf8')))) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Ends the process with a plain sentence when the work fails. */
export async function orExplain(work) {
  try {
    await work();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
