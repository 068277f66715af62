import { encodeId } from '@sessions/contract';
import { databaseOf } from '@sessions/runtime';
import type { Configuration, Database } from '@sessions/runtime';
import { createSearchIndexAdmin, SearchAwayError } from '@sessions/search';
import type { SearchIndexAdmin } from '@sessions/search';
import { CommandError } from '../errors';
import { withDatabase } from '../database';

/**
 * Connects to the configured database and search engine, does the work, and closes both however it ends.
 *
 * @throws CommandError when either is away, or goes away meanwhile
 */
export function withIndex<Result>(
  configuration: Configuration,
  work: (database: Database, admin: SearchIndexAdmin) => Promise<Result>,
): Promise<Result> {
  return withDatabase(configuration, [], async (dataSource) => {
    const database = databaseOf(dataSource);
    const admin = createSearchIndexAdmin(configuration, database);
    try {
      return await work(database, admin);
    } catch (error) {
      throw error instanceof SearchAwayError ? new CommandError(error.message, { cause: error }) : error;
    } finally {
      await admin.close();
    }
  });
}

const IS_KNOWN = `SELECT EXISTS (SELECT FROM projects WHERE id = $1) OR EXISTS (SELECT FROM sessions WHERE project_id = $1) AS known`;

/** @param projectId null for all projects @throws CommandError when there is no such project, as after a typing error */
export async function assertProject(database: Database, projectId: string | null): Promise<void> {
  if (projectId === null) return;
  const { rows } = await database.query<{ known: boolean }>(IS_KNOWN, [projectId]);
  if (rows[0]?.known === true) return;
  throw new CommandError(
    `There is no project ${encodeId('proj', projectId)}; \`projects list\` shows those that there are.`,
  );
}

/** As `withIndex`, for work that nothing comes of while the engine is away. */
export function withServingIndex<Result>(
  configuration: Configuration,
  work: (database: Database, admin: SearchIndexAdmin) => Promise<Result>,
): Promise<Result> {
  return withIndex(configuration, async (database, admin) => {
    await admin.check();
    return work(database, admin);
  });
}
