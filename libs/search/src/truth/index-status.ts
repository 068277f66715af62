import type { Database } from '@sessions/runtime';
import { IndexState } from '../outbox/index-state';
import type { EngineTasks, SearchIndexAdmin } from '../search-index-admin';
import { isRebuildRunning } from './index-rebuild';

const OUTBOX = `SELECT count(*)::float8 AS waiting, min(queued_at) AS "oldestAt",
    count(*) FILTER (WHERE claimed_until > now())::float8 AS claimed
  FROM search_outbox WHERE $1::uuid IS NULL OR project_id = $1`;

const PARKED = `SELECT count(*)::float8 AS parked FROM dead_letters
  WHERE kind = 'index' AND ($1::uuid IS NULL OR project_id = $1)`;

const SESSIONS =
  'SELECT count(*)::float8 AS sessions FROM sessions WHERE $1::uuid IS NULL OR project_id = $1';

/** How indexing stands, of all projects or of one. */
export interface IndexStatus {
  /** Sessions stored. */
  sessions: number;
  /** Sessions in the outbox, which the engine has yet to learn of. */
  waiting: number;
  /** Those of them that an indexer is at work on, or has put off. */
  claimed: number;
  /** When the first of them was put there, or null. */
  oldestAt: Date | null;
  /** Dead letters of sessions that the engine refused. */
  parked: number;
  /** A rebuild that began and has not ended; it is not running if it was killed. */
  rebuild: { since: Date; running: boolean } | null;
  /** What the engine says, or why it says nothing. */
  engine: { documents: number; tasks: EngineTasks | null } | { problem: string };
}

/** @param projectId null for all projects */
export async function indexStatus(
  database: Database,
  admin: SearchIndexAdmin,
  projectId: string | null,
): Promise<IndexStatus> {
  const outbox = await database.query<Pick<IndexStatus, 'waiting' | 'oldestAt' | 'claimed'>>(OUTBOX, [
    projectId,
  ]);
  const parked = await database.query<{ parked: number }>(PARKED, [projectId]);
  const sessions = await database.query<{ sessions: number }>(SESSIONS, [projectId]);
  const { waiting = 0, oldestAt = null, claimed = 0 } = outbox.rows[0] ?? {};
  return {
    sessions: sessions.rows[0]?.sessions ?? 0,
    waiting,
    claimed,
    oldestAt,
    parked: parked.rows[0]?.parked ?? 0,
    rebuild: await rebuildStatus(database),
    engine: await engineStatus(admin, projectId),
  };
}

async function rebuildStatus(database: Database): Promise<IndexStatus['rebuild']> {
  const since = await new IndexState(database).rebuildingSince();
  return since === null ? null : { since, running: await isRebuildRunning(database) };
}

async function engineStatus(
  admin: SearchIndexAdmin,
  projectId: string | null,
): Promise<IndexStatus['engine']> {
  try {
    await admin.check();
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'It does not answer.' };
  }
  const documents =
    projectId === null ? await admin.total() : ((await admin.counts([projectId])).get(projectId) ?? 0);
  return { documents, tasks: await admin.tasks() };
}
