import type { Database } from '@sessions/runtime';
import { keyText } from '../document-keys';
import type { Exclusion, SearchDocument, SearchDocumentKey, SearchFilters } from '../search-engine';
import type { ParsedQuery } from '../text/query';
import { passesFilters } from './filter-check';
import { PendingIndex } from './pending-index';
import type { PendingSession } from './pending-session';
import { pendingSession } from './pending-session';
import type { SizedSession } from './session-loader';
import { loadDocuments, loadSized } from './session-loader';
import { SharedLoad } from './shared-load';
import type { WaitingRow } from './waiting-rows';
import { readWaiting } from './waiting-rows';

/** Most bytes of text of waiting sessions that a search looks through, and that are kept between searches. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

/** Sessions that are read at once: of 5,000 with thousands of messages each, some hundred fill the bytes. */
const READ_AT_ONCE = 250;

/** What a search finds among the sessions that the engine does not know yet, or knows an older version of. */
export interface PendingHits {
  /** Every session that was looked at: what the engine says of these is out of date. */
  considered: Exclusion;
  /** Those of them that match, the last changed first. */
  matching: string[];
  /** Sessions of the project that wait, 100,000 at most. */
  waiting: number;
}

/** What waits in a project at one moment. What is considered is then in the project's index, and nothing else. */
type Waiting = Omit<PendingHits, 'matching'>;

/** A project that was searched. */
interface SearchedProject {
  readonly index: PendingIndex;
  readonly load: SharedLoad<Waiting>;
}

/**
 * Searches the sessions that are still in the outbox, in the database, with the matcher that defines search. The words
 * of those that were looked at are kept until the next search of the project, since sessions are searched again and
 * again while the engine lags; of the projects searched last, up to 16 MiB of text.
 */
export class PendingSearch {
  /** By id, the one searched longest ago first. */
  private readonly projects = new Map<string, SearchedProject>();

  /** @param maxSessions Most sessions that a search looks at, the last changed first. */
  constructor(
    private readonly database: Database,
    private readonly maxSessions: number,
  ) {}

  async search(projectId: string, query: ParsedQuery, filters: SearchFilters): Promise<PendingHits> {
    const { index, load } = this.project(projectId);
    const waiting = await load.next();
    const found = index.matching(query).filter(({ document }) => passesFilters(document, filters));
    found.sort(byLastChange);
    this.forgetOld();
    return { ...waiting, matching: found.map(({ document }) => document.sessionId) };
  }

  private project(projectId: string): SearchedProject {
    const index = new PendingIndex();
    const project = this.projects.get(projectId) ?? {
      index,
      load: new SharedLoad(() => this.load(projectId, index)),
    };
    this.projects.delete(projectId);
    this.projects.set(projectId, project);
    return project;
  }

  private forgetOld(): void {
    let bytes = 0;
    for (const { index } of this.projects.values()) bytes += index.bytes;
    for (const [projectId, { index, load }] of this.projects) {
      if (load.isRunning || (index.bytes > 0 && bytes <= MAX_TEXT_BYTES)) continue;
      bytes -= index.bytes;
      this.projects.delete(projectId);
    }
  }

  private async load(projectId: string, index: PendingIndex): Promise<Waiting> {
    const { rows, count } = await readWaiting(this.database, projectId, this.maxSessions);
    const keyOf = ({ sessionId }: WaitingRow): SearchDocumentKey => ({ projectId, sessionId });
    const isKnown = ({ sessionId, change }: WaitingRow) => index.get(sessionId)?.change === change;
    const found = await this.look(rows.filter((row) => !isKnown(row)).map(keyOf));
    const looked = withinBytes(rows, (row) =>
      isKnown(row) ? (index.get(row.sessionId)?.bytes ?? 0) : (found.get(keyText(keyOf(row)))?.bytes ?? 0),
    );
    const known = looked.filter(isKnown);
    const unknown = looked.filter((row) => !isKnown(row));
    const changes = new Map(unknown.map(({ sessionId, change }) => [sessionId, change]));
    const sessions = [];
    for (const document of await this.documents(unknown.map(keyOf), found))
      sessions.push(await pendingSession(changes.get(document.sessionId) ?? '', document));
    index.retain(new Set(known.map(({ sessionId }) => sessionId)));
    for (const session of sessions) index.add(session);
    return { considered: exclusionOf(looked), waiting: count };
  }

  /**
   * The first of the sessions, until they have more text than a search looks through; with documents where they have no
   * more than their share of it.
   */
  private async look(keys: readonly SearchDocumentKey[]): Promise<Map<string, SizedSession>> {
    const share = Math.floor(MAX_TEXT_BYTES / keys.length);
    const found = new Map<string, SizedSession>();
    let bytes = 0;
    for (let at = 0; at < keys.length && bytes <= MAX_TEXT_BYTES; at += READ_AT_ONCE) {
      const read = await loadSized(this.database, keys.slice(at, at + READ_AT_ONCE), share);
      for (const [key, session] of read) {
        found.set(key, session);
        bytes += session.bytes;
      }
    }
    return found;
  }

  /** Those of the keys that were found, of which the long ones are loaded now. */
  private async documents(
    keys: readonly SearchDocumentKey[],
    found: ReadonlyMap<string, SizedSession>,
  ): Promise<SearchDocument[]> {
    const short = keys.flatMap((key) => found.get(keyText(key))?.document ?? []);
    const long = keys.filter((key) => found.get(keyText(key))?.document === null);
    return long.length === 0 ? short : [...short, ...(await loadDocuments(this.database, long))];
  }
}

/** The first of the rows, as many as the bound on text allows, and always one. */
function withinBytes(
  rows: readonly WaitingRow[],
  bytesOf: (row: WaitingRow) => number,
): readonly WaitingRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += bytesOf(row);
    return bytes > MAX_TEXT_BYTES && at > 0;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** Changes are whole numbers, as text. */
function byLastChange(left: PendingSession, right: PendingSession): number {
  return Number(right.change) - Number(left.change);
}

function exclusionOf(rows: readonly WaitingRow[]): Exclusion {
  const certain = rows.filter(({ maybeIndexed }) => !maybeIndexed);
  return {
    sessionIds: rows.map(({ sessionId }) => sessionId),
    claims: [...new Set(certain.flatMap(({ claim }) => claim ?? []))],
    maybeIndexed: rows.filter(({ maybeIndexed }) => maybeIndexed).map(({ sessionId }) => sessionId),
  };
}
