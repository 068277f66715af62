import type { Database } from '@sessions/runtime';
import { conditionOf } from './dead-letter-filters';
import type { DeadLetterFilters, DeadLetterKind } from './dead-letter-filters';

/** A dead letter without what is parked. Ids are UUIDs. */
export interface DeadLetterSummary {
  id: string;
  kind: DeadLetterKind;
  projectId: string;
  sessionId: string;
  /** What the database or the engine said. */
  reason: string;
  /** How often the index was tried; 1 of kind `persist`, whose attempts nobody counts. */
  attempts: number;
  parkedAt: Date;
}

/** How many dead letters of each kind. */
export type DeadLetterCounts = Record<DeadLetterKind, number>;

/** The dead letters that match at a moment. */
export interface DeadLetterMatch {
  counts: DeadLetterCounts;
  /** Filters that no letter parked after that moment meets. */
  filters: DeadLetterFilters;
}

const SUMMARY = `id, kind, project_id AS "projectId", session_id AS "sessionId", reason, attempts, created_at AS "parkedAt"`;

/** Looks through the dead letters of all projects, for operators. */
export class DeadLetterReader {
  constructor(private readonly database: Database) {}

  /** Counts the letters that match, and fixes which ones they are, so that letters that come back are told apart. */
  async match(filters: DeadLetterFilters): Promise<DeadLetterMatch> {
    const { sql, values } = conditionOf(filters);
    const { rows } = await this.database.query<DeadLetterCounts & { until: Date }>(
      `SELECT count(*) FILTER (WHERE kind = 'persist')::int AS persist,
        count(*) FILTER (WHERE kind = 'index')::int AS index, now() + interval '1 millisecond' AS until
      FROM dead_letters WHERE ${sql}`,
      values,
    );
    const { persist = 0, index = 0, until = new Date() } = rows[0] ?? {};
    const before = filters.before === undefined || filters.before > until ? until : filters.before;
    return { counts: { persist, index }, filters: { ...filters, before } };
  }

  /** The letters that match, newest first. */
  async list(filters: DeadLetterFilters, limit: number): Promise<DeadLetterSummary[]> {
    const { sql, values } = conditionOf(filters);
    const { rows } = await this.database.query<DeadLetterSummary>(
      `SELECT ${SUMMARY} FROM dead_letters WHERE ${sql}
      ORDER BY created_at DESC, project_id DESC, id DESC LIMIT $${values.length + 1}`,
      [...values, limit],
    );
    return rows;
  }

  /** One letter with what is parked, as it was parked, or null when there is none with this id. */
  async get(id: string): Promise<(DeadLetterSummary & { payload: unknown }) | null> {
    const { rows } = await this.database.query<DeadLetterSummary & { payload: unknown }>(
      `SELECT ${SUMMARY}, payload FROM dead_letters WHERE id = $1`,
      [id],
    );
    return rows[0] ?? null;
  }
}
