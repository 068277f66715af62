import type { AcceptedSession } from '@sessions/contract';
import type { Database, Queryable } from '@sessions/runtime';
import { queueForIndexing } from '../sessions/session-writes';
import { conditionOf } from './dead-letter-filters';
import type { DeadLetterFilters, DeadLetterKind } from './dead-letter-filters';
import type { DeadLetterCounts } from './dead-letter-reader';

/** The most that a step of a replay takes: letters, and bytes of what is parked in them. */
export interface ReplayStep {
  letters: number;
  bytes: number;
}

/** Puts sessions that were refused into the queue again; resolves when the queue has them on disk. */
export type PutIntoQueue = (sessions: readonly AcceptedSession[]) => Promise<void>;

interface HeldLetter {
  projectId: string;
  id: string;
  bytes: number;
}

interface TakenLetter {
  kind: DeadLetterKind;
  projectId: string;
  sessionId: string;
  payload: AcceptedSession;
}

/** What is parked for indexing names no more than the session, so only what was to be stored is read. */
const TAKE = {
  name: 'dead_letters_take',
  text: `DELETE FROM dead_letters USING unnest($1::uuid[], $2::uuid[]) AS held (project_id, id)
    WHERE dead_letters.project_id = held.project_id AND dead_letters.id = held.id
    RETURNING kind, dead_letters.project_id AS "projectId", session_id AS "sessionId",
      CASE kind WHEN 'persist' THEN payload END AS payload`,
};

/**
 * Takes letters out of the table, the oldest first, a step at a time. Any number of processes may do it at once:
 * each step locks what it takes and passes over what another one holds.
 */
export class DeadLetterRemoval {
  constructor(private readonly database: Database) {}

  /**
   * Has some of the letters that match tried again, and says how many; none are left when it says 0 of each kind.
   *
   * The letters are deleted first and the queue is fed last, in one transaction. What keeps the queue from taking
   * them brings them back; a process that dies before the commit leaves them beside their job, which is harmless,
   * since a session is stored once however often it is queued. A worker that has to park one of them again before
   * the commit waits for it, so that its letter is not taken for the one that is being deleted.
   */
  replay(
    filters: DeadLetterFilters,
    step: ReplayStep,
    putIntoQueue: PutIntoQueue,
  ): Promise<DeadLetterCounts> {
    return this.database.transaction(async (connection) => {
      const held = await hold(connection, filters, step.letters);
      const keys = withinBytes(held, step.bytes);
      const { rows } = await connection.query<TakenLetter>(TAKE, [
        keys.map(({ projectId }) => projectId),
        keys.map(({ id }) => id),
      ]);
      const sessions = rows.filter(({ kind }) => kind === 'persist').map(({ payload }) => payload);
      const unindexed = rows.filter(({ kind }) => kind === 'index');
      await queueForIndexing(connection, sessionKeys(unindexed));
      if (sessions.length > 0) await putIntoQueue(sessions);
      return { persist: sessions.length, index: unindexed.length };
    });
  }

  /** Deletes up to `limit` of the letters that match for good, and says how many; 0 of each kind when none are left. */
  async purge(filters: DeadLetterFilters, limit: number): Promise<DeadLetterCounts> {
    const { sql, values } = conditionOf(filters);
    const { rows } = await this.database.query<{ kind: DeadLetterKind }>(
      `WITH held AS (
        SELECT project_id, id FROM dead_letters WHERE ${sql}
        ORDER BY created_at, project_id, id LIMIT $${values.length + 1} FOR UPDATE SKIP LOCKED
      )
      DELETE FROM dead_letters USING held
      WHERE dead_letters.project_id = held.project_id AND dead_letters.id = held.id
      RETURNING kind`,
      [...values, limit],
    );
    const persist = rows.filter(({ kind }) => kind === 'persist').length;
    return { persist, index: rows.length - persist };
  }
}

/** Locks letters that nobody else holds until the transaction ends. */
async function hold(connection: Queryable, filters: DeadLetterFilters, limit: number): Promise<HeldLetter[]> {
  const { sql, values } = conditionOf(filters);
  const { rows } = await connection.query<HeldLetter>(
    `SELECT project_id AS "projectId", id, octet_length(payload::text) AS bytes FROM dead_letters WHERE ${sql}
    ORDER BY created_at, project_id, id LIMIT $${values.length + 1} FOR UPDATE SKIP LOCKED`,
    [...values, limit],
  );
  return rows;
}

/** As many of the first letters as fit together; a letter that is larger goes alone. */
function withinBytes(held: readonly HeldLetter[], most: number): HeldLetter[] {
  let sum = 0;
  const end = held.findIndex(({ bytes }, place) => (sum += bytes) > most && place > 0);
  return end === -1 ? [...held] : held.slice(0, end);
}

/** Each session once, in the order in which writers of sessions lock their rows. */
function sessionKeys(letters: readonly TakenLetter[]): { projectId: string; id: string }[] {
  const keys = new Map(
    letters.map(({ projectId, sessionId }) => [`${projectId} ${sessionId}`, { projectId, id: sessionId }]),
  );
  return [...keys.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}
