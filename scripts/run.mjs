import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, isFresh, root } from './build.mjs';
import { checkNode, installIfMissing } from './install.mjs';

/**
 * Runs a program of the product in this process, after installing and building what is missing. Where no
 * DATABASE_URL is set it works on what a running `npm start` works on, except for `start` itself.
 */
export async function runBuilt(app, args) {
  const say = (line) => console.error(line);
  checkNode();
  installIfMissing({ production: isFresh() }, say);
  await buildIfStale(say);
  const shared = path.join(root, '.data', 'settings.json');
  if (args[0] !== 'start' && !process.env.DATABASE_URL && existsSync(shared)) {
    for (const [name, value] of Object.entries(JSON.parse(readFileSync(shared, 'utf8')))) {
      process.env[name] ||= value;
    }
  }
  const main = path.join(root, 'dist', 'apps', app, 'src', 'main.js');
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
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
