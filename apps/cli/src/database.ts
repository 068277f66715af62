import { createDataSource, isConflict, isDatabaseAway } from '@sessions/runtime';
import type { Configuration, DataSourceSettings } from '@sessions/runtime';
import type { DataSource } from 'typeorm';
import { codeOf } from './command';
import { CommandError } from './errors';

/** What Postgres or the network say, by error code, in words that help an operator. */
const ADVICE: Readonly<Record<string, string>> = {
  '28000': 'refuses this user: check the user name in DATABASE_URL',
  '28P01': 'refuses this password: check the user name and password in DATABASE_URL',
  '3D000': 'does not exist on its server: create it, or correct the name in DATABASE_URL',
  '42P01': 'has no tables yet: run `migrate` first',
  '42703': 'has tables of an older version: run `migrate` first',
  ENOTFOUND: 'cannot be reached, as no such host is known: correct DATABASE_URL',
};

const AWAY = 'cannot be reached: start it, or correct DATABASE_URL';

const BUSY =
  'is in use in a way that stands in the way of this command, such as by a backup: run it again when that is done';

/** Connects to the configured database, does the work, and closes the connections however the work ends. */
export async function withDatabase<Result>(
  configuration: Pick<Configuration, 'DATABASE_URL'>,
  entities: DataSourceSettings['entities'],
  work: (dataSource: DataSource) => Promise<Result>,
): Promise<Result> {
  return explained(configuration, async () => {
    const dataSource = createDataSource(configuration.DATABASE_URL, { entities, poolSize: 2 });
    try {
      await dataSource.initialize();
      return await work(dataSource);
    } finally {
      if (dataSource.isInitialized) await dataSource.destroy();
    }
  });
}

/** Runs the work and turns what a database refuses into a `CommandError` that names the database, never the password. */
export async function explained<Result>(
  { DATABASE_URL }: Pick<Configuration, 'DATABASE_URL'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const advice = ADVICE[codeOf(error)] ?? adviceAbout(error);
    if (advice === undefined) throw error;
    const { host, pathname } = new URL(DATABASE_URL);
    throw new CommandError(`The database ${host}${pathname} ${advice}.`, { cause: error });
  }
}

function adviceAbout(error: unknown): string | undefined {
  if (isConflict(error)) return BUSY;
  return isDatabaseAway(error) ? AWAY : undefined;
}
