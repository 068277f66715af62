import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { runFolder } from '../../support/run-folder';
import type { TestServer } from '../../support/servers';
import { withClient } from '../verify/snapshot';

/** What the disk has room for beside what is stored already. */
const ROOM_BYTES = 128 * 1024;

const TRIGGER = `
  CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
  CREATE TRIGGER no_space BEFORE INSERT ON session_messages FOR EACH STATEMENT EXECUTE FUNCTION no_space()`;

/** A disk that Postgres finds full: writing messages fails with SQLSTATE 53100. */
export interface FullDisk {
  /** How it was made full, for the line. */
  means: string;
  /** Statements that have failed so far. */
  failures(): Promise<number>;
  /** Makes room. */
  makeRoom(): Promise<void>;
  /** Puts everything back as it was. */
  remove(): Promise<void>;
}

/**
 * Puts the messages on a small disk of their own, a tmpfs that only root can mount. Where that is not allowed a trigger
 * raises the same error.
 */
export async function fillDisk(postgres: TestServer): Promise<FullDisk> {
  const log = join(postgres.folder, 'data', 'server.log');
  const before = (await readFile(log, 'utf8')).length;
  const failures = async (): Promise<number> =>
    ((await readFile(log, 'utf8')).slice(before).match(/ERROR: .*No space left on device/g) ?? []).length;
  const run = (...statements: string[]): Promise<void> =>
    withClient(postgres.url, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  // Without it what earlier versions of records left free would be written over, and the disk not fill.
  await run('VACUUM FULL session_messages');
  const folder = await mountSmallDisk(postgres);
  if (folder === undefined) {
    await run(TRIGGER);
    return {
      means: 'simulated by a trigger',
      failures,
      makeRoom: () => run('DROP FUNCTION no_space CASCADE'),
      remove: () => Promise.resolve(),
    };
  }
  await run(
    `CREATE TABLESPACE small LOCATION '${folder}'`,
    'ALTER TABLE session_messages SET TABLESPACE small',
  );
  return {
    means: 'a full tablespace',
    failures,
    makeRoom: () => mount('-o', 'remount,size=2g', folder),
    remove: async () => {
      await run('ALTER TABLE session_messages SET TABLESPACE pg_default', 'DROP TABLESPACE small');
      await promisify(execFile)('umount', ['--lazy', folder]);
      await rm(noteOf(postgres));
    },
  };
}

/** The folder of the small disk; undefined where it may not be mounted. */
async function mountSmallDisk(postgres: TestServer): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = join(postgres.folder, 'small');
  await mkdir(folder, { recursive: true });
  const { uid, gid } = await stat(join(postgres.folder, 'data'));
  await mkdir(join(runFolder(), 'mounts'), { recursive: true });
  await writeFile(noteOf(postgres), folder);
  const size = (await messageBytes(postgres.url)) + ROOM_BYTES;
  try {
    await mount('-t', 'tmpfs', '-o', `size=${size},uid=${uid},gid=${gid},mode=0700`, 'tmpfs', folder);
    return folder;
  } catch (error) {
    // Containers without the right to mount say so here; the trigger does instead.
    if ((error as { code?: unknown }).code === undefined) throw error;
    return undefined;
  }
}

/** Where the run notes what it has mounted, so that nothing is left behind however it ends. */
function noteOf({ folder }: TestServer): string {
  return join(runFolder(), 'mounts', basename(folder));
}

async function messageBytes(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ bytes: string }>(
      "SELECT pg_table_size('session_messages') AS bytes",
    );
    return Number(rows[0]?.bytes);
  });
}

async function mount(...args: string[]): Promise<void> {
  await promisify(execFile)('mount', args);
}
