import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@sessions/runtime';
import type { Exclusion, SearchDocument, SearchFilters } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { matches, WordCollector } from '../text/matcher';
import type { ParsedQuery } from '../text/query';
import { passesFilters } from './filter-check';
import { keyText, loadDocuments, sessionSizes } from './session-loader';

/** More waiting sessions than these are not counted. */
const MAX_COUNT = 100_000;
/** Most bytes of text of waiting sessions that a search looks through. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Characters tokenized before other requests get a turn. */
const CHARACTERS_PER_TURN = 256 * 1024;

/** Not prepared: a plan made while the table was empty would read all of it once it is full. */
const WAITING = `SELECT session_id AS "sessionId", change::text, maybe_indexed AS "maybeIndexed",
      CASE WHEN claimed_until IS NOT NULL THEN claim::text END AS claim,
      (SELECT count(*)::int FROM (SELECT FROM search_outbox WHERE project_id = $1 LIMIT ${MAX_COUNT}) AS counted) AS waiting
    FROM search_outbox AS entry WHERE project_id = $1 ORDER BY entry.change DESC LIMIT $2`;

/** What a search finds among the sessions that the engine does not know yet, or knows an older version of. */
export interface PendingHits {
  /** Every session that was looked at: what the engine says of these is out of date. */
  considered: Exclusion;
  /** Those of them that match, the last changed first. */
  matching: string[];
  /** Sessions of the project that wait, 100,000 at most. */
  waiting: number;
}

interface WaitingRow {
  sessionId: string;
  change: string;
  /** Whether the engine may hold it otherwise than under its claim. */
  maybeIndexed: boolean;
  /** Under which it was submitted, or will be soon. Null while nobody has claimed it as it is. */
  claim: string | null;
  waiting: number;
}

interface PendingSession {
  document: Omit<SearchDocument, 'messages'>;
  words: SessionWords;
  bytes: number;
}

/**
 * Searches the sessions that are still in the outbox, in the database, with the matcher that defines search. The
 * words of a version of a session are kept between searches, up to 16 MiB of text, since it is searched again and
 * again while the engine lags.
 */
export class PendingSearch {
  /** By session and change, the least recently used first. */
  private readonly cache = new Map<string, PendingSession>();
  private cachedBytes = 0;
  /** By project, ends when the searches before have loaded what they needed. */
  private readonly loading = new Map<string, Promise<unknown>>();

  /**
   * @param maxSessions Most sessions that a search looks at, the last changed first.
   * @param maxExcluded Most of those that the engine has to be told of one by one. Default any number.
   */
  constructor(
    private readonly database: Database,
    private readonly maxSessions: number,
    private readonly maxExcluded = Infinity,
  ) {}

  async search(projectId: string, query: ParsedQuery, filters: SearchFilters): Promise<PendingHits> {
    const { rows } = await this.database.query<WaitingRow>(WAITING, [
      projectId,
      Math.max(this.maxSessions, 1),
    ]);
    const waiting = rows[0]?.waiting ?? 0;
    const newest = this.boundedExclusion(rows.slice(0, this.maxSessions));
    const sessions = await this.inTurn(projectId, () => this.sessions(projectId, newest));
    const looked = newest.slice(0, sessions.length);
    const matching = looked.filter((_, at) => {
      const session = sessions[at];
      return session && passesFilters(session.document, filters) && matches(query, session.words);
    });
    return {
      considered: exclusionOf(looked),
      matching: matching.map(({ sessionId }) => sessionId),
      waiting,
    };
  }

  private boundedExclusion(rows: readonly WaitingRow[]): WaitingRow[] {
    let excluded = 0;
    return rows.filter(({ maybeIndexed }) => !maybeIndexed || ++excluded <= this.maxExcluded);
  }

  /**
   * Searches of a project load one after the other, since those of the same moment need the same sessions: while 2,900 a
   * second were stored, each loading them for itself kept an API so busy that lists took a second.
   */
  private async inTurn<Result>(projectId: string, load: () => Promise<Result>): Promise<Result> {
    const turn = (this.loading.get(projectId) ?? Promise.resolve()).then(load);
    const ended = Promise.allSettled([turn]);
    this.loading.set(projectId, ended);
    try {
      return await turn;
    } finally {
      if (this.loading.get(projectId) === ended) this.loading.delete(projectId);
    }
  }

  /** The first of the rows, as many as the bound on text allows; null for one that exists no more. */
  private async sessions(projectId: string, rows: readonly WaitingRow[]): Promise<(PendingSession | null)[]> {
    const unknown = rows.filter((row) => !this.cache.has(cacheKey(row)));
    const keys = unknown.map(({ sessionId }) => ({ projectId, sessionId }));
    const sizes = keys.length > 0 ? await sessionSizes(this.database, keys) : new Map<string, number>();
    const looked: WaitingRow[] = [];
    const toLoad: { projectId: string; sessionId: string }[] = [];
    let bytes = 0;
    for (const row of rows) {
      const cached = this.cache.get(cacheKey(row));
      bytes += cached?.bytes ?? sizes.get(keyText({ projectId, sessionId: row.sessionId })) ?? 0;
      if (bytes > MAX_TEXT_BYTES && looked.length > 0) break;
      looked.push(row);
      if (!cached) toLoad.push({ projectId, sessionId: row.sessionId });
    }
    const loaded = new Map<string, PendingSession>();
    const documents = toLoad.length > 0 ? await loadDocuments(this.database, toLoad) : [];
    for (const document of documents) loaded.set(document.sessionId, await prepare(document));
    return looked.map((row) => this.remember(row, loaded.get(row.sessionId)));
  }

  private remember(row: WaitingRow, loaded: PendingSession | undefined): PendingSession | null {
    const key = cacheKey(row);
    const session = loaded ?? this.cache.get(key);
    if (!session) return null;
    if (!this.cache.delete(key)) this.cachedBytes += session.bytes;
    this.cache.set(key, session);
    for (const [oldest, { bytes }] of this.cache) {
      if (this.cachedBytes <= MAX_TEXT_BYTES) break;
      this.cache.delete(oldest);
      this.cachedBytes -= bytes;
    }
    return session;
  }
}

function exclusionOf(rows: readonly WaitingRow[]): Exclusion {
  const certain = rows.filter(({ maybeIndexed }) => !maybeIndexed);
  return {
    sessionIds: rows.map(({ sessionId }) => sessionId),
    claims: [...new Set(certain.flatMap(({ claim }) => claim ?? []))],
    maybeIndexed: rows.filter(({ maybeIndexed }) => maybeIndexed).map(({ sessionId }) => sessionId),
  };
}

function cacheKey({ sessionId, change }: WaitingRow): string {
  return `${sessionId} ${change}`;
}

/** Tokenizes a session in turns, so that a long transcript does not hold up other requests. */
async function prepare({ messages, ...document }: SearchDocument): Promise<PendingSession> {
  const collector = new WordCollector();
  let bytes = 0;
  let turn = 0;
  for (const text of [document.name, document.description, ...messages]) {
    collector.add(text);
    bytes += text?.length ?? 0;
    turn += text?.length ?? 0;
    if (turn < CHARACTERS_PER_TURN) continue;
    turn = 0;
    await nextTurn();
  }
  return { document, words: collector.words(), bytes };
}
