import type { Database, Queryable } from '@sessions/runtime';
import type { Claim, ClaimedSession, HeldSession, SessionKey, SessionLocator } from './session-locator';

/**
 * Claims of one session take turns: the second sees the first's row, since every statement sees what is committed.
 * Sessions share 256 locks, since the server has room for some thousands only. The locks' first number is this table's.
 */
const TAKE_TURNS = {
  name: 'locator_take_turns',
  text: `SELECT pg_advisory_xact_lock(hashtext('queued_sessions'), key) FROM (
    SELECT DISTINCT (hashtextextended(project_id || session_id, 0) & 255)::int AS key
    FROM unnest($1::text[], $2::text[]) AS claimed (project_id, session_id) ORDER BY key
  ) AS ordered`,
};

/**
 * `CLAIM`, `FIND` and `RELEASE` are not prepared: a plan made while the table was nearly empty would read all of it once it
 * is full, for each session again.
 */
const CLAIM = `WITH claimed AS (
    SELECT project_id, session_id, versions, place, greatest(version, newest + 1) AS version, newest IS NULL AS first
    FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) WITH ORDINALITY
      AS given (project_id, session_id, version, versions, place)
    LEFT JOIN LATERAL (
      SELECT max(version) AS newest FROM queued_sessions AS held
      WHERE held.project_id = given.project_id AND held.session_id = given.session_id
    ) AS waiting ON true
  ), noted AS (
    INSERT INTO queued_sessions (project_id, session_id, job_id, version)
    SELECT project_id, session_id, $1, version + versions - 1 FROM claimed
    ON CONFLICT (project_id, session_id, job_id) DO UPDATE SET version = excluded.version
  )
  SELECT version, first FROM claimed ORDER BY place`;

const NOTE = {
  name: 'locator_note',
  text: `INSERT INTO queued_sessions (job_id, project_id, session_id, version)
    SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[]) ON CONFLICT DO NOTHING`,
};

/** The oldest job of each session and its newest ones, `most` in all; all when that is null. */
const FIND = `SELECT place, job_id
  FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS wanted (project_id, session_id, place)
  CROSS JOIN LATERAL (
    (SELECT version, job_id FROM queued_sessions AS held
      WHERE held.project_id = wanted.project_id AND held.session_id = wanted.session_id
      ORDER BY version DESC, job_id DESC LIMIT $3::int - 1)
    UNION
    (SELECT version, job_id FROM queued_sessions AS held
      WHERE held.project_id = wanted.project_id AND held.session_id = wanted.session_id
      ORDER BY version, job_id LIMIT 1)
  ) AS found
  ORDER BY place, version, job_id`;

/** Names compare by their bytes, whatever the database's collation, and none that has no time in it is old. */
const FIND_OLD = {
  name: 'locator_find_old',
  text: `SELECT DISTINCT job_id COLLATE "C" AS job_id FROM queued_sessions
    WHERE job_id COLLATE "C" BETWEEN 'group-' AND $1 AND job_id COLLATE "C" > $2 ORDER BY 1 LIMIT $3`,
};

const FORGET_JOBS = {
  name: 'locator_forget_jobs',
  text: `DELETE FROM queued_sessions WHERE job_id = ANY ($1::text[])`,
};

const RELEASE = `DELETE FROM queued_sessions USING unnest($1::uuid[], $2::uuid[], $3::text[])
    AS held (project_id, session_id, job_id)
  WHERE queued_sessions.project_id = held.project_id AND queued_sessions.session_id = held.session_id
    AND queued_sessions.job_id = held.job_id`;

/** The locator in Postgres, for the queue that lives there. */
export class PostgresLocator implements SessionLocator {
  readonly keepsOrder = false;

  constructor(private readonly database: Database) {}

  async note(jobId: string, sessions: readonly ClaimedSession[]): Promise<void> {
    await this.database.query(NOTE, [jobId, ...keys(sessions), sessions.map(({ version }) => version)]);
  }

  async claim(jobId: string, sessions: readonly ClaimedSession[]): Promise<Claim[]> {
    return this.database.transaction(async (connection) => {
      await takeTurns(connection, sessions);
      const { rows } = await connection.query<{ version: string; first: boolean }>(CLAIM, [
        jobId,
        ...keys(sessions),
        sessions.map(({ version }) => version),
        sessions.map(({ versions = 1 }) => versions),
      ]);
      return rows.map(({ version, first }) => ({ version: Number(version), first }));
    });
  }

  async find(sessions: readonly SessionKey[], most?: number): Promise<string[][]> {
    const { rows } = await this.database.query<{ place: string; job_id: string }>(FIND, [
      ...keys(sessions),
      most ?? null,
    ]);
    const found = sessions.map((): string[] => []);
    for (const row of rows) found[Number(row.place) - 1]?.push(row.job_id);
    return found;
  }

  async findOld(before: string, afterJob: string, atMost: number): Promise<string[]> {
    const { rows } = await this.database.query<{ job_id: string }>(FIND_OLD, [before, afterJob, atMost]);
    return rows.map((row) => row.job_id);
  }

  async forgetJobs(jobIds: readonly string[]): Promise<void> {
    await this.database.query(FORGET_JOBS, [jobIds]);
  }

  async release(held: readonly HeldSession[]): Promise<void> {
    await this.database.query(RELEASE, [...keys(held), held.map(({ jobId }) => jobId)]);
  }
}

async function takeTurns(connection: Queryable, sessions: readonly ClaimedSession[]): Promise<void> {
  await connection.query(TAKE_TURNS, keys(sessions));
}

function keys(sessions: readonly SessionKey[]): string[][] {
  return [sessions.map(({ projectId }) => projectId), sessions.map(({ id }) => id)];
}
