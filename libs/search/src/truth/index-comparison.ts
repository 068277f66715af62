import { isDeepStrictEqual } from 'node:util';
import type { Database } from '@sessions/runtime';
import { keyText } from '../document-keys';
import type { SearchDocumentKey } from '../search-engine';
import type { IndexScope, SearchIndexAdmin } from '../search-index-admin';
import { StoredSessions } from './stored-sessions';
import type { StoredState } from './stored-sessions';

const PAGE = 1000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** The sessions of a project, and the documents that the index holds of it. */
export interface ProjectCounts {
  projectId: string;
  sessions: number;
  documents: number;
}

/** Counts of both sides. */
export interface IndexCounts {
  projects: ProjectCounts[];
  /** Documents of no project that is known; 0 when one project was asked for. */
  unknown: number;
}

/**
 * How a session differs: `missing` in the index, `stale` there, `surplus` there since it is not stored, or `refused` by
 * the engine, so that only a replay of its dead letter can help.
 */
export type DifferenceKind = 'missing' | 'stale' | 'surplus' | 'refused';

/** A session that the index does not hold as the database does. */
export interface Difference extends SearchDocumentKey {
  kind: DifferenceKind;
}

/** What one step of a comparison found. */
export interface Finding {
  differences: Difference[];
  /** Ids of documents that name no session at all. */
  foreign: string[];
  /** Sessions or documents that were looked at. */
  compared: number;
}

/**
 * Compares the database with the index, a thousand ids at a time. What differs is looked at twice, so that a session
 * that is written or indexed in between is not taken for a difference, and one that is in the outbox never is.
 */
export class IndexComparison {
  private readonly stored: StoredSessions;

  constructor(
    database: Database,
    private readonly admin: SearchIndexAdmin,
  ) {
    this.stored = new StoredSessions(database);
  }

  /** @param projectId null for all projects, and what belongs to none */
  async counts(projectId: string | null): Promise<IndexCounts> {
    const sessions = await this.stored.counts(projectId);
    const documents = await this.admin.counts([...sessions.keys()]);
    const projects = [...sessions].map(([id, count]) => ({
      projectId: id,
      sessions: count,
      documents: documents.get(id) ?? 0,
    }));
    const known = projects.reduce((sum, project) => sum + project.documents, 0);
    return { projects, unknown: projectId === null ? Math.max(0, (await this.admin.total()) - known) : 0 };
  }

  /** Sessions of a project that are missing or stale in the index, or refused by the engine. */
  async *notIndexed(projectId: string): AsyncGenerator<Finding> {
    let after = FIRST;
    for (;;) {
      const sessions = await this.stored.versions(projectId, after, PAGE);
      if (sessions.length === 0) return;
      after = sessions.at(-1)?.sessionId ?? after;
      const indexed = await this.admin.versions(sessions);
      const suspects = sessions.filter(
        (session) => !isCurrent(session.versions, indexed.get(keyText(session))),
      );
      yield { differences: await this.confirm(suspects), foreign: [], compared: sessions.length };
    }
  }

  /** Documents of sessions that are not stored, and documents that name none. */
  async *notStored(scope: IndexScope): AsyncGenerator<Finding> {
    let from: string | null = null;
    do {
      const { keys, foreign, next } = await this.admin.page(scope, from, PAGE);
      const existing = await this.stored.existing(keys);
      const suspects = keys.filter((key) => !existing.has(keyText(key)));
      yield {
        differences: await this.confirm(suspects),
        foreign,
        compared: keys.length + foreign.length,
      };
      from = next;
    } while (from !== null);
  }

  /** Those that differ though nothing happened to them while the index was asked. */
  private async confirm(suspects: readonly SearchDocumentKey[]): Promise<Difference[]> {
    if (suspects.length === 0) return [];
    const before = new Map((await this.stored.states(suspects)).map((state) => [keyText(state), state]));
    const indexed = await this.admin.versions(suspects);
    return (await this.stored.states(suspects)).flatMap((after) => {
      const key = keyText(after);
      if (after.waits || before.get(key)?.waits !== false) return [];
      if (!isDeepStrictEqual(after.versions, before.get(key)?.versions)) return [];
      const kind = kindOf(after, indexed.get(key));
      return kind === null ? [] : [{ projectId: after.projectId, sessionId: after.sessionId, kind }];
    });
  }
}

function kindOf(stored: StoredState, indexed: string | undefined): DifferenceKind | null {
  if (stored.versions === null) return indexed === undefined ? null : 'surplus';
  if (isCurrent(stored.versions, indexed)) return null;
  if (stored.parked) return 'refused';
  return indexed === undefined ? 'missing' : 'stale';
}

function isCurrent(versions: readonly string[], indexed: string | undefined): boolean {
  return indexed !== undefined && versions.includes(indexed);
}
