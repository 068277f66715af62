import type { Database } from '@sessions/runtime';
import { keyColumns, keyText } from '../document-keys';
import { FORMER_SESSION_VERSION, SESSION_VERSION } from '../outbox/session-loader';
import type { SearchDocumentKey } from '../search-engine';

const COUNTS = `SELECT project_id AS "projectId", count(*)::float8 AS sessions FROM sessions
  WHERE $1::uuid IS NULL OR project_id = $1 GROUP BY project_id ORDER BY project_id`;

const PROJECTS = 'SELECT id FROM projects WHERE $1::uuid IS NULL OR id = $1';

const VERSIONS = `ARRAY[${SESSION_VERSION}, ${FORMER_SESSION_VERSION}]`;

const VERSIONS_AFTER = `SELECT project_id AS "projectId", id AS "sessionId", ${VERSIONS} AS versions FROM sessions
  WHERE project_id = $1 AND id > $2 ORDER BY id LIMIT $3`;

const EXISTING = `SELECT project_id AS "projectId", id AS "sessionId" FROM sessions
  WHERE (project_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/** A letter tells which version was refused, except those that earlier workers wrote. */
const STATES = `SELECT key.project_id AS "projectId", key.session_id AS "sessionId", versions,
    EXISTS (SELECT FROM search_outbox AS entry
      WHERE entry.project_id = key.project_id AND entry.session_id = key.session_id) AS waits,
    EXISTS (SELECT FROM dead_letters AS letter WHERE letter.project_id = key.project_id
      AND letter.session_id = key.session_id AND letter.kind = 'index'
      AND coalesce(letter.payload->>'version' = ANY (versions), true)) AS parked
  FROM unnest($1::uuid[], $2::uuid[]) AS key (project_id, session_id)
  LEFT JOIN LATERAL (
    SELECT ${VERSIONS} AS versions FROM sessions WHERE project_id = key.project_id AND id = key.session_id
  ) AS stored ON true`;

const QUEUE = `INSERT INTO search_outbox (project_id, session_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS key (project_id, session_id) ORDER BY 1, 2
  ON CONFLICT DO NOTHING`;

/** A session that is stored. */
export interface StoredVersions extends SearchDocumentKey {
  /** Versions of which its document must have one: the present digest, or the one of earlier workers. */
  versions: string[];
}

/** A session that may or may not be stored. */
export interface StoredState extends SearchDocumentKey {
  /** As `StoredVersions`; null when it is not stored. */
  versions: string[] | null;
  /** Whether it is in the outbox. */
  waits: boolean;
  /** Whether a dead letter says that the engine refused it as it is stored. */
  parked: boolean;
}

/** What the database knows of the sessions that ought to be indexed. */
export class StoredSessions {
  constructor(private readonly database: Database) {}

  /** Sessions of each project that has any, or is known; of all or of one. */
  async counts(projectId: string | null): Promise<Map<string, number>> {
    const projects = await this.database.query<{ id: string }>(PROJECTS, [projectId]);
    const { rows } = await this.database.query<{ projectId: string; sessions: number }>(COUNTS, [projectId]);
    const counts = new Map(projects.rows.map(({ id }) => [id, 0]));
    if (projectId !== null) counts.set(projectId, 0);
    for (const row of rows) counts.set(row.projectId, row.sessions);
    return counts;
  }

  /** Versions of the sessions of a project after an id, in the order of their ids. */
  async versions(projectId: string, after: string, limit: number): Promise<StoredVersions[]> {
    const { rows } = await this.database.query<StoredVersions>(VERSIONS_AFTER, [projectId, after, limit]);
    return rows;
  }

  /** Those of the sessions that are stored, by `keyText`. */
  async existing(keys: readonly SearchDocumentKey[]): Promise<Set<string>> {
    const { rows } = await this.database.query<SearchDocumentKey>(EXISTING, keyColumns(keys));
    return new Set(rows.map(keyText));
  }

  /** How each of the sessions stands, at one moment. */
  async states(keys: readonly SearchDocumentKey[]): Promise<StoredState[]> {
    const { rows } = await this.database.query<StoredState>(STATES, keyColumns(keys));
    return rows;
  }

  /** Has the sessions indexed anew, or removed from the index if they are not stored. */
  async queue(keys: readonly SearchDocumentKey[]): Promise<void> {
    await this.database.query(QUEUE, keyColumns(keys));
  }
}
