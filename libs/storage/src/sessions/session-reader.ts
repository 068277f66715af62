import { Injectable } from '@nestjs/common';
import type { SessionRecord, TimedMessage } from '@sessions/contract';
import { Database } from '@sessions/runtime';
import { KnownEstimates } from './known-estimates';
import { readDeepPage } from './session-deep-page';
import { Values, whereSessions } from './session-filters';
import type { SessionFilters } from './session-filters';
import { isNarrow, readNarrow } from './session-narrow';
import { LISTED_SELECT, listedSessions } from './session-json';
import type { ListedRow, ListedSession } from './session-json';
import { planOf, readPage } from './session-page';
import type { ListedSessions, ListPage } from './session-page';
import { READ_COLUMNS, recordOf } from './session-row';
import type { SessionRow } from './session-row';

const SELECT_LIST = READ_COLUMNS.map((column) => `sessions.${column}`).join(', ');

const FIND = {
  name: 'session_find',
  text: `SELECT ${SELECT_LIST} FROM sessions WHERE project_id = $1 AND id = $2`,
};

const FIND_MANY = {
  name: 'sessions_find_many',
  text: `SELECT ${SELECT_LIST} FROM sessions
    WHERE (project_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`,
};

/** One statement, so that the messages are those of the very version of the session that it reads. */
export const FIND_WITH_MESSAGES = {
  name: 'session_find_with_messages',
  text: `SELECT ${SELECT_LIST}, ARRAY(
      SELECT json_build_array(role, sender_type, content, extract(epoch FROM created_at) * 1000) FROM session_messages
      WHERE project_id = $1 AND session_id = $2 ORDER BY position
    ) AS messages
    FROM sessions WHERE project_id = $1 AND id = $2`,
};

/** A session's place, to name it among those of all projects. */
export interface SessionKey {
  projectId: string;
  id: string;
}

/** A session as it is stored, with its whole history. */
export interface StoredSession {
  record: SessionRecord;
  messages: TimedMessage[];
}

/** Role, sender type, content and time of a message, in milliseconds since 1970 whatever the server's time zone. */
type MessageTuple = [TimedMessage['role'], TimedMessage['senderType'], string, number];

/** Reads stored sessions: one, several, or a page of a list. Every query carries the project. */
@Injectable()
export class SessionReader {
  private readonly estimates: KnownEstimates;

  constructor(private readonly database: Database) {
    this.estimates = new KnownEstimates(database);
  }

  /** One session without its messages, or null. */
  async find(projectId: string, id: string): Promise<SessionRecord | null> {
    const { rows } = await this.database.query<SessionRow>(FIND, [projectId, id]);
    return rows[0] === undefined ? null : recordOf(rows[0]);
  }

  /** One session with its messages in order, or null. */
  async findWithMessages(projectId: string, id: string): Promise<StoredSession | null> {
    const { rows } = await this.database.query<SessionRow & { messages: MessageTuple[] }>(
      FIND_WITH_MESSAGES,
      [projectId, id],
    );
    const row = rows[0];
    return row === undefined ? null : { record: recordOf(row), messages: row.messages.map(messageOfTuple) };
  }

  /** Those of the sessions that are stored, by id. */
  async findMany(keys: readonly SessionKey[]): Promise<Map<string, SessionRecord>> {
    const { rows } = await this.database.query<SessionRow>(FIND_MANY, [
      keys.map(({ projectId }) => projectId),
      keys.map(({ id }) => id),
    ]);
    return new Map(rows.map((row) => [row.id, recordOf(row)]));
  }

  /** Those of the sessions that pass the filters, in the order of `ids`. */
  async pick(projectId: string, ids: readonly string[], filters: SessionFilters): Promise<ListedSession[]> {
    if (ids.length === 0) return [];
    const values = new Values();
    const where = whereSessions(projectId, filters, values);
    const { rows } = await this.database.query<ListedRow>(
      `SELECT ${LISTED_SELECT} FROM sessions
       JOIN unnest(${values.add(ids, 'uuid[]')}) WITH ORDINALITY AS wanted (id, place) USING (id)
       WHERE ${where} ORDER BY wanted.place`,
      values.list,
    );
    return listedSessions(rows, projectId);
  }

  /**
   * A page of the sessions that pass the filters, ordered by last activity, newest first, then by id, and how many
   * pass in all, as of one moment. Filters by columns of few values, and dates, are looked up in counts, which also
   * tell how to find the page; what other filters match is read from indexes as a whole.
   */
  async list(projectId: string, filters: SessionFilters, page: ListPage): Promise<ListedSessions> {
    if (isNarrow(filters)) return readNarrow(this.database, projectId, filters, page);
    const estimates = await this.estimates.of(projectId, filters);
    const plan = planOf(filters, page, estimates);
    if (plan === 'deep') return readDeepPage(this.database, projectId, filters, page);
    return readPage(this.database, projectId, filters, page, plan);
  }
}

function messageOfTuple([role, senderType, content, time]: MessageTuple): TimedMessage {
  return { role, senderType, content, createdAt: new Date(time).toISOString() };
}
