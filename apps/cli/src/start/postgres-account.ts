import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from '../errors';

const run = promisify(execFile);

/** As whom Postgres runs. It refuses to run as root. */
export interface PostgresAccount {
  /** User and group to own the data folder; undefined when that is simply who runs this process. */
  owner?: { uid: number; gid: number };
  /** Words to put before a Postgres command so that it runs as that owner. */
  prefix: string[];
}

const SETPRIV = '/usr/bin/setpriv';

/**
 * Decides as whom Postgres runs. An ordinary user runs it as himself; root runs it as user `postgres`, or `nobody`
 * where that does not exist. A data folder that exists already decides by its owner.
 *
 * When root works in a folder that others may not enter (a home, or one of `mktemp -d`), Postgres keeps one
 * privilege of root, reading and entering any folder, so that its programs and data can stay where they are.
 *
 * @throws CommandError with what to do, when that folder cannot be reached on this machine.
 */
export async function postgresAccount(dataFolder: string, binary: string): Promise<PostgresAccount> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const owner = (await ownerOf(dataFolder)) ?? (await systemAccount());
  const hidden =
    (await unreachableFolder(dataFolder, owner.uid)) ?? (await unreachableFolder(binary, owner.uid));
  if (!hidden) return { owner, prefix: [] };
  if (process.platform !== 'linux' || !existsSync(SETPRIV)) {
    throw new CommandError(
      `Postgres does not run as root, and the user it runs as instead may not enter ${hidden}: move this folder to one that everybody may enter (such as /opt), run as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return { owner, prefix: keepReading(owner) };
}

/** Runs a program to its end as that account. Rejects with its output when it fails. */
export async function runAs(account: PostgresAccount, command: string, args: string[]): Promise<void> {
  const [program = command, ...rest] = [...account.prefix, command, ...args];
  const credentials = account.prefix.length > 0 ? {} : account.owner;
  try {
    await run(program, rest, { ...credentials, cwd: '/' });
  } catch (error) {
    const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
    throw new Error(`${command} failed: ${(stderr + stdout).trim() || String(error)}`, { cause: error });
  }
}

/** `no_setuid_fixup` because access(2), by which Postgres checks its programs, ignores privileges without it. */
function keepReading({ uid, gid }: { uid: number; gid: number }): string[] {
  const only = '-all,+dac_read_search';
  return [
    SETPRIV,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--bounding-set=${only}`,
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
  ];
}

async function ownerOf(folder: string): Promise<{ uid: number; gid: number } | undefined> {
  if (!existsSync(folder)) return undefined;
  const { uid, gid } = await stat(folder);
  return uid === 0 ? undefined : { uid, gid };
}

async function systemAccount(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const entry = lines.find(([name]) => name === 'postgres') ?? lines.find(([name]) => name === 'nobody');
  if (!entry) {
    throw new CommandError(
      'Postgres does not run as root, and there is neither a user postgres nor a user nobody to run it as: run as an ordinary user, or set DATABASE_URL.',
    );
  }
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

/** The first folder on the way to `path` that the user may not enter. Group rights are left out of account. */
async function unreachableFolder(path: string, uid: number): Promise<string | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const found = await stat(folder);
      if ((found.mode & (found.uid === uid ? 0o100 : 0o001)) === 0) return folder;
    }
    if (folder === dirname(folder)) return undefined;
  }
}
