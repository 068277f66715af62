import { derivedUuid } from '@sessions/contract';
import type { Database, Queryable } from '@sessions/runtime';
import { keyColumns } from '../document-keys';
import type { SearchDocumentKey } from '../search-engine';
import { SESSION_VERSION } from './session-loader';

/**
 * A row of the outbox that this process holds for the time of its lease. A session that changes meanwhile stays held, but
 * its lease is not prolonged any more: given to the engine by another process at once, the new version could be overtaken
 * by the old one, which would stay in the index if the process that sent it then died.
 */
export interface OutboxEntry extends SearchDocumentKey {
  /** Differs after every change of the session. A bigint, as text. */
  change: string;
  /** How often it was released without success. */
  attempts: number;
  /** The same for all rows of one claim, and never used again; null of a row that nobody claimed. A bigint, as text. */
  claim: string | null;
}

/**
 * Advisory lock that every claim shares for its moment, so that whoever holds it alone keeps all others from claiming.
 * Any number will do, as long as every version of the product uses this one.
 */
export const CLAIMS_LOCK = 7_340_023;

/**
 * Takes rows of every project in turn, so that one project's backlog does not stand in front of another's session:
 * a few of each project are looked at, the oldest first, and the first of each go before the second of any. Nobody
 * takes any while `IndexState.holdClaims` is in force.
 *
 * Rows are found again by their place in the table (`ctid`), which stays theirs for the length of the statement; one
 * that changes meanwhile is left for the next claim. By their key, Postgres reads the whole table twice unless it is far
 * larger than a batch: 31 ms instead of 9 for 1,000 of 20,000 rows.
 *
 * A row that was claimed before may have been submitted then, and whoever held it may complete it alone, so that the claim
 * does not tell what the engine holds of any of its rows.
 */
const CLAIM = `WITH RECURSIVE projects AS (
      (SELECT project_id FROM search_outbox
        WHERE (SELECT pg_try_advisory_xact_lock_shared(${CLAIMS_LOCK})) ORDER BY project_id LIMIT 1)
      UNION ALL
      SELECT (SELECT project_id FROM search_outbox WHERE project_id > projects.project_id ORDER BY project_id LIMIT 1)
      FROM projects WHERE project_id IS NOT NULL
    ), backlogs AS MATERIALIZED (
      SELECT project_id FROM projects WHERE EXISTS (
        SELECT FROM search_outbox AS entry WHERE entry.project_id = projects.project_id
          AND (claimed_until IS NULL OR claimed_until < now())
      )
    ), candidates AS (
      SELECT entry.*, row_number() OVER (PARTITION BY entry.project_id ORDER BY entry.change) AS turn
      FROM backlogs CROSS JOIN LATERAL (
        SELECT ctid AS place, project_id, change FROM search_outbox
        WHERE project_id = backlogs.project_id AND (claimed_until IS NULL OR claimed_until < now())
        ORDER BY change LIMIT least($1::int, greatest(1, 4 * $1::int / (SELECT count(*) FROM backlogs)))
      ) AS entry
    ), due AS MATERIALIZED (
      SELECT ctid AS place, claimed_until IS NOT NULL AS retaken FROM search_outbox
      WHERE ctid = ANY (ARRAY(SELECT place FROM candidates ORDER BY turn, change LIMIT $1::int))
        AND (claimed_until IS NULL OR claimed_until < now())
      FOR UPDATE SKIP LOCKED
    ), claim AS MATERIALIZED (
      SELECT bool_or(retaken) AS retakes, CASE WHEN count(*) > 0 THEN nextval('search_outbox_claim') END AS number FROM due
    )
    UPDATE search_outbox AS entry SET claimed_until = now() + $2::int * interval '1 millisecond',
      claim = (SELECT number FROM claim), maybe_indexed = maybe_indexed OR (SELECT retakes FROM claim)
    WHERE entry.ctid = ANY (ARRAY(SELECT place FROM due))
    RETURNING entry.project_id AS "projectId", entry.session_id AS "sessionId", entry.change::text, entry.attempts,
      entry.claim::text`;

/**
 * Locks the given rows that are unchanged, found one by one, in the order in which everybody locks them: statements that
 * took the same rows in orders of their own would wait for each other until Postgres ends one. Project and session, or
 * project and change, lead to one row, so it does not matter by which of the two indexes Postgres looks it up. Where it
 * is told how often the rows had been released, one that was released again is left alone.
 *
 * What is done to them is a statement of its own that finds them by their places, which stay theirs as long as they are
 * locked. In one statement Postgres joins them with the table as it last counted it: if that was nearly empty, each with
 * each, which for 5,000 rows took 9 s instead of 0.05.
 */
const LOCK_UNCHANGED = `SELECT given.number::int, held.place::text FROM (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[]) WITH ORDINALITY
        AS key (project_id, session_id, change, attempts, number) ORDER BY project_id, session_id
    ) AS given CROSS JOIN LATERAL (
      SELECT ctid AS place FROM search_outbox AS entry WHERE entry.project_id = given.project_id
        AND entry.session_id = given.session_id AND entry.change = given.change
        AND (given.attempts IS NULL OR entry.attempts = given.attempts) FOR UPDATE
    ) AS held`;

const RENEW = `UPDATE search_outbox SET claimed_until = now() + $2::int * interval '1 millisecond'
    WHERE ctid = ANY ($1::tid[]) AND claimed_until IS NOT NULL`;

const DELETE = `DELETE FROM search_outbox WHERE ctid = ANY ($1::tid[])`;

/** While a rebuild fills a new index, what went into the live one meanwhile is noted for it. */
const COMPLETE = `WITH done AS (${DELETE} RETURNING project_id, session_id, change)
    INSERT INTO search_rebuild_changes (project_id, session_id, change)
    SELECT project_id, session_id, change FROM done
    WHERE EXISTS (SELECT FROM search_index_state WHERE rebuilding_since IS NOT NULL)
    ORDER BY project_id, session_id
    ON CONFLICT (project_id, session_id) DO UPDATE SET change = excluded.change`;

/**
 * A row that another claim holds by now stays with that one: free, it would be claimed once more, each of two would find
 * that the other had changed it, and both go on like that.
 */
const ENQUEUE_AGAIN = `INSERT INTO search_outbox AS entry (project_id, session_id, claim)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS again (project_id, session_id, claim)
    ORDER BY project_id, session_id
    ON CONFLICT (project_id, session_id) DO UPDATE
    SET change = nextval('search_outbox_change'), maybe_indexed = true,
      claimed_until = CASE WHEN entry.claim = excluded.claim THEN NULL ELSE entry.claimed_until END`;

const DIVIDE = `UPDATE search_outbox SET maybe_indexed = true WHERE ctid = ANY ($1::tid[])`;

const RELEASE = `UPDATE search_outbox SET attempts = attempts + 1, maybe_indexed = true,
      claimed_until = now() + least($2::float8 * power(2, least(attempts, 20)), $3::float8) * interval '1 millisecond'
    WHERE ctid = ANY ($1::tid[])`;

/** The row is locked and unchanged, so what is stored is still the version that the engine refused. */
const PARK = `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload, attempts)
    SELECT $1, $2, 'index', $3, $4, json_build_object('change', $5::text, 'version',
      (SELECT ${SESSION_VERSION} FROM sessions WHERE project_id = $1 AND id = $3)), $6
    ON CONFLICT (project_id, id) DO NOTHING`;

const HOLDS_UNCLAIMED = `SELECT count(*) = $1::int AS reached FROM (SELECT FROM search_outbox
    WHERE claimed_until IS NULL OR claimed_until < now() LIMIT $1::int) AS unclaimed`;

const FIRST_RELEASE_MS = 500;
const MAX_RELEASE_MS = 3000;

/**
 * The table `search_outbox`: one row for each session that the search engine has yet to learn of. Its statements are
 * not prepared, because a plan made while the table was empty would read all of it once it is full.
 */
export class Outbox {
  constructor(private readonly database: Database) {}

  /** Takes up to `limit` rows that nobody holds; they are this process's until the lease runs out. */
  async claim(limit: number, leaseMs: number): Promise<OutboxEntry[]> {
    const { rows } = await this.database.query<OutboxEntry>(CLAIM, [limit, leaseMs]);
    return rows;
  }

  /** Whether at least so many rows are held by nobody. */
  async holdsUnclaimed(atLeast: number): Promise<boolean> {
    const { rows } = await this.database.query<{ reached: boolean }>(HOLDS_UNCLAIMED, [atLeast]);
    return rows[0]?.reached === true;
  }

  /**
   * Prolongs the lease of rows that are still held and unchanged. A row that was given back a moment ago still has an end
   * of a lease, too; its number of attempts tells it apart.
   */
  async renew(entries: readonly OutboxEntry[], leaseMs: number): Promise<void> {
    await this.changeUnchanged(
      entries,
      RENEW,
      [leaseMs],
      entries.map(({ attempts }) => attempts),
    );
  }

  /** Says that rows of one claim will not all be completed at once, so that searches leave them out one by one. */
  async divide(entries: readonly OutboxEntry[]): Promise<void> {
    await this.changeUnchanged(entries, DIVIDE);
  }

  /**
   * Deletes the rows of sessions that are indexed. Where the row changed meanwhile, or somebody else deleted it, the
   * engine may now hold an older version than another process gave it, so the session is indexed once more: under a
   * new change, since that process may be about to delete the row. All at one moment, since searches leave out
   * everything that was submitted under a claim for as long as one of its rows is there.
   */
  async complete(entries: readonly OutboxEntry[]): Promise<void> {
    await this.queueAgain(await this.changeUnchanged(entries, COMPLETE));
  }

  /**
   * Gives rows back, to be taken again after half a second, and twice as long after each further failure, up to 3 s. What
   * changed meanwhile is indexed once more as after `complete`: a batch that failed may be in the engine all the same.
   */
  async release(entries: readonly OutboxEntry[]): Promise<void> {
    await this.queueAgain(await this.changeUnchanged(entries, RELEASE, [FIRST_RELEASE_MS, MAX_RELEASE_MS]));
  }

  /**
   * Moves a row that the engine will never take to the dead letters. The session itself stays where it is. One that
   * changed meanwhile is indexed once more instead.
   *
   * @returns whether it is among the dead letters
   */
  async park(entry: OutboxEntry, reason: string): Promise<boolean> {
    const { projectId, sessionId, change, attempts } = entry;
    const missed = await this.database.transaction(async (connection) => {
      const missed = await changeLocked(connection, [entry], DELETE);
      if (missed.length > 0) return missed;
      const id = derivedUuid('index', projectId, sessionId, change);
      await connection.query(PARK, [projectId, id, sessionId, reason, change, attempts + 1]);
      return missed;
    });
    await this.queueAgain(missed);
    return missed.length === 0;
  }

  private async queueAgain(missed: readonly OutboxEntry[]): Promise<void> {
    if (missed.length === 0) return;
    await this.database.query(ENQUEUE_AGAIN, [...keyColumns(missed), missed.map(({ claim }) => claim)]);
  }

  private async changeUnchanged(
    entries: readonly OutboxEntry[],
    change: string,
    values: readonly unknown[] = [],
    attempts: readonly number[] = [],
  ): Promise<OutboxEntry[]> {
    if (entries.length === 0) return [];
    return this.database.transaction((connection) =>
      changeLocked(connection, entries, change, values, attempts),
    );
  }
}

/**
 * Has a statement change the rows that are unchanged, whose places are its first value; gives the other entries.
 *
 * @param attempts of each entry, if a row that was released since is to be left alone
 */
async function changeLocked(
  connection: Queryable,
  entries: readonly OutboxEntry[],
  change: string,
  values: readonly unknown[] = [],
  attempts: readonly number[] = [],
): Promise<OutboxEntry[]> {
  const { rows } = await connection.query<{ number: number; place: string }>(LOCK_UNCHANGED, [
    ...entryColumns(entries),
    attempts,
  ]);
  await connection.query(change, [rows.map(({ place }) => place), ...values]);
  const unchanged = new Set(rows.map(({ number }) => number));
  return entries.filter((_, at) => !unchanged.has(at + 1));
}

function entryColumns(entries: readonly OutboxEntry[]): [string[], string[], string[]] {
  return [...keyColumns(entries), entries.map(({ change }) => change)];
}
