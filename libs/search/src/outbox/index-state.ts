import type { Database, Queryable } from '@sessions/runtime';
import { sleep } from '@sessions/runtime';
import type { OutboxEntry } from './outbox';
import { CLAIMS_LOCK } from './outbox';

/** Of a row that somebody holds already, it gets a new change, so that whoever does indexes it once more. */
const QUEUE_NOTED = `INSERT INTO search_outbox (project_id, session_id)
  SELECT project_id, session_id FROM search_rebuild_changes ORDER BY project_id, session_id
  ON CONFLICT (project_id, session_id)
  DO UPDATE SET change = nextval('search_outbox_change'), attempts = 0, maybe_indexed = true`;

const HELD = `SELECT ctid::text AS place FROM search_outbox WHERE claimed_until IS NOT NULL
  ORDER BY project_id, session_id FOR UPDATE`;

const TAKE_BACK = `UPDATE search_outbox
  SET change = nextval('search_outbox_change'), claimed_until = NULL, maybe_indexed = true
  WHERE ctid = ANY ($1::tid[])`;

/** At one go, as it may be a million rows; one that a writer changes meanwhile says by itself that it may be indexed. */
const DOUBT_ALL = `UPDATE search_outbox SET maybe_indexed = true WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM search_outbox WHERE NOT maybe_indexed ORDER BY project_id, session_id FOR UPDATE))`;

const NOTED = `SELECT project_id AS "projectId", session_id AS "sessionId", change::text, 0 AS attempts, NULL AS claim
  FROM search_rebuild_changes LIMIT $1`;

const FORGET = `DELETE FROM search_rebuild_changes AS noted
  USING unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS done (project_id, session_id, change)
  WHERE noted.project_id = done.project_id AND noted.session_id = done.session_id AND noted.change = done.change`;

const CLAIMED = `SELECT EXISTS (SELECT FROM search_outbox WHERE claimed_until > now()) AS claimed`;

const DRAIN_POLL_MS = 100;

/**
 * What all indexers heed: whether they may claim at present, which an advisory lock says, and whether a rebuild runs,
 * which the one row of `search_index_state` says; then `Outbox.complete` notes what it completes in
 * `search_rebuild_changes`.
 */
export class IndexState {
  constructor(private readonly database: Database) {}

  /**
   * Keeps everybody from claiming until the connection's transaction ends, however it does. Sessions that wait are found
   * in the database meanwhile.
   */
  async holdClaims(connection: Queryable): Promise<void> {
    await connection.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    await connection.query('SELECT pg_advisory_xact_lock($1)', [CLAIMS_LOCK]);
  }

  /** Resolves once nobody holds rows of the outbox, after that time at the latest. */
  async drained(milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (Date.now() < deadline && (await this.isAnythingClaimed())) await sleep(DRAIN_POLL_MS);
  }

  private async isAnythingClaimed(): Promise<boolean> {
    const { rows } = await this.database.query<{ claimed: boolean }>(CLAIMED);
    return rows[0]?.claimed === true;
  }

  /** Since when a rebuild runs, or has been dead; null when there is none. */
  async rebuildingSince(): Promise<Date | null> {
    const { rows } = await this.database.query<{ since: Date | null }>(
      'SELECT rebuilding_since AS since FROM search_index_state',
    );
    return rows[0]?.since ?? null;
  }

  /** From now on, completions are noted. What a killed rebuild noted is indexed again first. */
  async beginRebuild(): Promise<void> {
    await this.database.transaction(async (connection) => {
      await queueNoted(connection);
      await connection.query('UPDATE search_index_state SET rebuilding_since = now()');
    });
  }

  /** What was completed since the rebuild began and has not been forgotten. */
  async noted(limit: number): Promise<OutboxEntry[]> {
    const { rows } = await this.database.query<OutboxEntry>(NOTED, [limit]);
    return rows;
  }

  /** Forgets what the new index has, unless it was completed again meanwhile. */
  async forget(entries: readonly OutboxEntry[]): Promise<void> {
    await this.database.query(FORGET, [
      entries.map(({ projectId }) => projectId),
      entries.map(({ sessionId }) => sessionId),
      entries.map(({ change }) => change),
    ]);
  }

  /** Says of all that waits that the index may hold it: one that was filled from the database does. */
  async doubtAll(): Promise<void> {
    await this.database.query(DOUBT_ALL);
  }

  /**
   * Has what is noted, and everything that is in flight and so may go into the old index, indexed once more: it gets a new
   * change, without which whoever holds it cannot complete it.
   */
  async requeue(): Promise<void> {
    await this.database.transaction(requeueAll);
  }

  /** Ends a rebuild, and has what was completed or claimed since the last `requeue` indexed once more. */
  async endRebuild(): Promise<void> {
    await this.database.transaction(async (connection) => {
      await requeueAll(connection);
      await connection.query('UPDATE search_index_state SET rebuilding_since = NULL');
    });
  }
}

/** Queues what is in flight first: whatever is completed before that is noted by then. */
async function requeueAll(connection: Queryable): Promise<void> {
  await takeBack(connection);
  await queueNoted(connection);
}

async function queueNoted(connection: Queryable): Promise<void> {
  await connection.query(QUEUE_NOTED);
  await connection.query('DELETE FROM search_rebuild_changes');
}

/**
 * Locked in the order in which everybody locks them, and found again by their places, for the reason that `Outbox` gives. In
 * two statements, as one would pass over rows whose leases are prolonged at that moment.
 */
async function takeBack(connection: Queryable): Promise<void> {
  const { rows } = await connection.query<{ place: string }>(HELD);
  await connection.query(TAKE_BACK, [rows.map(({ place }) => place)]);
}
