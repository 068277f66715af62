import type { Database } from '@sessions/runtime';

/** More waiting sessions than these are not counted. */
const MAX_COUNT = 100_000;

/** A session that is still in the outbox. */
export interface WaitingRow {
  sessionId: string;
  /** Differs after every change of the session. A bigint, as text. */
  change: string;
  /** Whether the engine may hold it otherwise than under its claim. */
  maybeIndexed: boolean;
  /**
   * Under which it was submitted, or will be soon; null while nobody has claimed it as it is, and when it may be indexed
   * otherwise. A bigint, as text.
   */
  claim: string | null;
}

/** What stands in place of the claim of a row that has none, and of one that the engine may hold otherwise. */
const NO_CLAIM = '-';
const ANY_CLAIM = '*';

/**
 * A list for each column: an API with ten searches a second, 5,000 waiting and 1,450 new sessions a second took 0.46 of a
 * processor, and 0.64 when it was given them as rows. Not prepared: a plan made while the table was empty would read all
 * of it once it is full.
 */
const WAITING = `SELECT string_agg(session_id::text, ',') AS "sessionIds",
      string_agg(change::text, ',') AS changes,
      string_agg(CASE WHEN maybe_indexed OR (claimed_until IS NOT NULL AND claim IS NULL) THEN '${ANY_CLAIM}'
        WHEN claimed_until IS NULL THEN '${NO_CLAIM}' ELSE claim::text END, ',') AS claims,
      CASE WHEN count(*) < $2 THEN count(*)::int ELSE
        (SELECT count(*)::int FROM (SELECT FROM search_outbox WHERE project_id = $1 LIMIT ${MAX_COUNT}) AS counted)
      END AS count
    FROM (SELECT * FROM search_outbox WHERE project_id = $1 ORDER BY change DESC LIMIT $2) AS entry`;

interface WaitingColumns {
  sessionIds: string | null;
  changes: string | null;
  claims: string | null;
  count: number;
}

/** The last changed of a project's waiting sessions, the latest first, and how many wait in all, 100,000 at most. */
export async function readWaiting(
  database: Database,
  projectId: string,
  most: number,
): Promise<{ rows: WaitingRow[]; count: number }> {
  const { rows } = await database.query<WaitingColumns>(WAITING, [projectId, most]);
  const [columns] = rows;
  const changes = listed(columns?.changes);
  const claims = listed(columns?.claims);
  return {
    rows: listed(columns?.sessionIds).map((sessionId, at) => {
      const claim = claims[at] ?? ANY_CLAIM;
      const maybeIndexed = claim === ANY_CLAIM;
      const isClaimed = !maybeIndexed && claim !== NO_CLAIM;
      return { sessionId, change: changes[at] ?? '', maybeIndexed, claim: isClaimed ? claim : null };
    }),
    count: columns?.count ?? 0,
  };
}

/** What `string_agg` joined, which is nothing where nothing waits. */
function listed(column: string | null | undefined): string[] {
  return column?.split(',') ?? [];
}
