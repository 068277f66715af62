import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { SessionRecord, TimedMessage } from '@sessions/contract';
import { Database } from '@sessions/runtime';
import { FIND_JSON, foundSession } from './found-session';
import type { FoundRow } from './found-session';
import { readDeepPage } from './session-deep-page';
import { featureTest } from './session-features';
import { Values, whereSessions } from './session-filters';
import type { SessionFilters } from './session-filters';
import { isNarrow, readNarrow, readNarrowIds } from './session-narrow';
import { LISTED_SELECT, listedSessions } from './session-json';
import type { ListedRow, ListedSession } from './session-json';
import { planOf, readPage } from './session-page';
import type { ListedSessions, ListPage } from './session-page';
import { READ_COLUMNS, recordOf } from './session-row';
import type { SessionRow } from './session-row';
import { estimatesOf, isDated } from './session-totals';
import type { Estimates } from './session-totals';

const SELECT_LIST = READ_COLUMNS.map((column) => `sessions.${column}`).join(', ');

/** Not prepared: a plan made while the table was empty would read all of it once it is full. */
const FIND_MANY = `SELECT ${SELECT_LIST} FROM sessions
  WHERE (project_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** One statement, so that the messages are those of the very version of the session that it reads. */
const FIND_WITH_MESSAGES = {
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

/** How long estimates are used, and how many are kept. */
const ESTIMATES_MS = 10_000;
const DAY_MS = 86_400_000;
const MOST_ESTIMATES = 5000;

/** Role, sender type, content and time of a message, in milliseconds since 1970 whatever the server's time zone. */
type MessageTuple = [TimedMessage['role'], TimedMessage['senderType'], string, number];

/** Reads stored sessions: one, several, or a page of a list. Every query carries the project. */
@Injectable()
export class SessionReader {
  /** Estimates by what they are of, oldest first. */
  private readonly known = new Map<string, { estimates: Estimates; at: number }>();

  constructor(private readonly database: Database) {}

  /** One session with its messages in order, or null. */
  async findWithMessages(projectId: string, id: string): Promise<StoredSession | null> {
    const { rows } = await this.database.query<SessionRow & { messages: MessageTuple[] }>(
      FIND_WITH_MESSAGES,
      [projectId, id],
    );
    const row = rows[0];
    return row === undefined ? null : { record: recordOf(row), messages: row.messages.map(messageOfTuple) };
  }

  /** The outside form of one session with its messages, as JSON, or null. */
  async findJson(projectId: string, id: string): Promise<string | null> {
    const { rows } = await this.database.query<FoundRow>(FIND_JSON, [projectId, id]);
    return rows[0] === undefined ? null : foundSession(rows[0], projectId, id);
  }

  /** Those of the sessions that are stored, by id. */
  async findMany(keys: readonly SessionKey[]): Promise<Map<string, SessionRecord>> {
    const { rows } = await this.database.query<SessionRow>(FIND_MANY, [
      keys.map(({ projectId }) => projectId),
      keys.map(({ id }) => id),
    ]);
    return new Map(rows.map((row) => [row.id, recordOf(row)]));
  }

  /**
   * Those of the sessions that pass the filters, in the order of `ids`. Prepared for the filters that most searches have,
   * of which there are few: planning takes 0.3 ms of 1 for a page of 50.
   */
  async pick(projectId: string, ids: readonly string[], filters: SessionFilters): Promise<ListedSession[]> {
    if (ids.length === 0) return [];
    const values = new Values();
    const where = whereSessions(projectId, filters, values);
    const text = `SELECT found.listed FROM unnest(${values.add(ids, 'uuid[]')}) WITH ORDINALITY AS wanted (id, place)
      CROSS JOIN LATERAL (SELECT ${LISTED_SELECT} FROM sessions WHERE ${where} AND sessions.id = wanted.id OFFSET 0) AS found
      ORDER BY wanted.place`;
    const isRare = isNarrow(filters) || isDated(filters);
    const statement = isRare ? text : { name: `sessions_pick_${hash('md5', text)}`, text };
    const { rows } = await this.database.query<ListedRow>(statement, values.list);
    return listedSessions(rows, projectId);
  }

  /** The ids of those of the sessions that pass the filters, in the order of `ids`. */
  async passing(projectId: string, ids: readonly string[], filters: SessionFilters): Promise<string[]> {
    if (ids.length === 0) return [];
    const values = new Values();
    const where = whereSessions(projectId, filters, values);
    const { rows } = await this.database.query<{ id: string }>(
      `SELECT wanted.id FROM unnest(${values.add(ids, 'uuid[]')}) WITH ORDINALITY AS wanted (id, place)
      CROSS JOIN LATERAL (SELECT FROM sessions WHERE ${where} AND sessions.id = wanted.id OFFSET 0) AS found
      ORDER BY wanted.place`,
      values.list,
    );
    return rows.map(({ id }) => id);
  }

  /**
   * A page of the sessions that pass the filters, ordered by last activity, newest first, then by id, and how many
   * pass in all, as of one moment. Filters by columns of few values, and dates, are looked up in counts, which also
   * tell how to find the page; what other filters match is read from indexes as a whole.
   */
  async list(projectId: string, filters: SessionFilters, page: ListPage): Promise<ListedSessions> {
    if (isNarrow(filters)) return readNarrow(this.database, projectId, filters, page);
    const estimates = await this.estimates(projectId, filters);
    const plan = planOf(filters, page, estimates);
    if (plan === 'deep') return readDeepPage(this.database, projectId, filters, page);
    return readPage(this.database, projectId, filters, page, plan);
  }

  /** The ids of the sessions with a name like that which pass the other filters, in the order of a list, so many at most. */
  idsNamed(projectId: string, filters: SessionFilters & { name: string }, most: number): Promise<string[]> {
    return readNarrowIds(this.database, projectId, filters, most);
  }

  /**
   * Those of some seconds ago, or of other times of the same days, will do: they decide only what a page costs. To give
   * stale ones at once and look them up beside gained nothing: the first lists after a pause took 4.3 ms instead of 4.2 at
   * 10,000 sessions, 6.1 instead of 5.1 at a million.
   */
  private async estimates(projectId: string, filters: SessionFilters): Promise<Estimates> {
    const { source, dateFrom, dateTo } = filters;
    const { mask, value, anyOf } = featureTest(filters);
    const key = [projectId, source, mask, value, anyOf, dayOf(dateFrom), dayOf(dateTo)].join();
    const known = this.known.get(key);
    if (known !== undefined && known.at > Date.now() - ESTIMATES_MS) return known.estimates;
    const estimates = await estimatesOf(this.database, projectId, filters);
    this.known.delete(key);
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MOST_ESTIMATES) this.known.delete(oldest);
    this.known.set(key, { estimates, at: Date.now() });
    return estimates;
  }
}

function dayOf(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time / DAY_MS);
}

function messageOfTuple([role, senderType, content, time]: MessageTuple): TimedMessage {
  return { role, senderType, content, createdAt: new Date(time).toISOString() };
}
