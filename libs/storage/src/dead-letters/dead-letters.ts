import { Injectable } from '@nestjs/common';
import { derivedUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { Database } from '@sessions/runtime';
import { refusalReason } from './refusal-reason';

const INSERT = {
  name: 'dead_letter_insert',
  text: `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload)
    VALUES ($1, $2, 'persist', $3, $4, $5)
    ON CONFLICT (project_id, id) DO NOTHING`,
};

const FIND = {
  name: 'dead_letter_find',
  text: `SELECT payload FROM dead_letters WHERE project_id = $1 AND session_id = $2 AND kind = 'persist'
    ORDER BY created_at`,
};

/** Keeps, whole, what the database refused to store as a session. */
@Injectable()
export class DeadLetters {
  constructor(private readonly database: Database) {}

  /**
   * Parks a version of a session that cannot be stored, and why, for operators; once however often it is tried. What it
   * holds decides the letter's id as well: two refused updates can have the same version, one above what is stored.
   */
  async park(session: AcceptedSession, cause: unknown): Promise<void> {
    const { projectId, id, version } = session;
    const letterId = derivedUuid('dead-letter', projectId, id, String(version), canonicalJson(session));
    await this.database.query(INSERT, [
      projectId,
      letterId,
      id,
      refusalReason(cause),
      JSON.stringify(session),
    ]);
  }

  /** What is parked of a session, oldest first. */
  async find(projectId: string, sessionId: string): Promise<AcceptedSession[]> {
    const { rows } = await this.database.query<{ payload: AcceptedSession }>(FIND, [projectId, sessionId]);
    return rows.map(({ payload }) => payload);
  }
}

/** Without the order of keys, which a queue in Postgres does not keep. */
function canonicalJson(session: AcceptedSession): string {
  return JSON.stringify(session, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
