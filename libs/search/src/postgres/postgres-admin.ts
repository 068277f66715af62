import type { Database } from '@sessions/runtime';
import { keyColumns, keyText } from '../document-keys';
import type { SearchDocumentKey } from '../search-engine';
import type { FreshIndex, IndexPage, IndexScope, SearchIndexAdmin } from '../search-index-admin';
import { DocumentWriter } from './document-writer';
import { createFreshTables, FRESH_TABLES, swapTables } from './fresh-tables';
import { Vocabulary } from './vocabulary';

const VERSIONS = `SELECT project_id AS "projectId", session_id AS "sessionId", session_version AS version
  FROM search_documents WHERE (project_id, session_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

const COUNTS = `SELECT project_id AS "projectId", count(*)::float8 AS documents FROM search_documents
  WHERE project_id = ANY ($1::uuid[]) GROUP BY project_id`;

/** Of one project, or of all but some, by key, after the key that `from` names. */
const PAGE = `SELECT project_id AS "projectId", session_id AS "sessionId" FROM search_documents
  WHERE ($1::uuid IS NULL OR project_id = $1) AND project_id <> ALL ($2::uuid[])
    AND (project_id, session_id) > ($3::uuid, $4::uuid)
  ORDER BY project_id, session_id LIMIT $5`;

const FIRST = '00000000-0000-0000-0000-000000000000';

/** Inspects the tables of the Postgres engine, and fills new ones that it puts in their place. */
export class PostgresAdmin implements SearchIndexAdmin {
  readonly name = 'postgres';

  constructor(private readonly database: Database) {}

  async total(): Promise<number> {
    const { rows } = await this.database.query<{ documents: number }>(
      'SELECT count(*)::float8 AS documents FROM search_documents',
    );
    return rows[0]?.documents ?? 0;
  }

  async counts(projectIds: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.database.query<{ projectId: string; documents: number }>(COUNTS, [
      projectIds,
    ]);
    const found = new Map(rows.map(({ projectId, documents }) => [projectId, documents]));
    return new Map(projectIds.map((projectId) => [projectId, found.get(projectId) ?? 0]));
  }

  async versions(keys: readonly SearchDocumentKey[]): Promise<Map<string, string>> {
    const { rows } = await this.database.query<SearchDocumentKey & { version: string }>(
      VERSIONS,
      keyColumns(keys),
    );
    return new Map(rows.map((row) => [keyText(row), row.version]));
  }

  async page(scope: IndexScope, from: string | null, limit: number): Promise<IndexPage> {
    const projectId = 'projectId' in scope ? scope.projectId : null;
    const notOf = 'notOf' in scope ? scope.notOf : [];
    const [afterProject = FIRST, afterSession = FIRST] = from?.split(' ') ?? [projectId ?? FIRST, FIRST];
    const { rows } = await this.database.query<SearchDocumentKey>(PAGE, [
      projectId,
      notOf,
      afterProject,
      afterSession,
      limit,
    ]);
    const last = rows.at(-1);
    return { keys: rows, foreign: [], next: rows.length < limit || !last ? null : keyText(last) };
  }

  /** Every row of the tables names a session. */
  removeForeign(): Promise<void> {
    return Promise.resolve();
  }

  tasks(): Promise<null> {
    return Promise.resolve(null);
  }

  async openFresh(): Promise<FreshIndex> {
    await createFreshTables(this.database);
    const writer = new DocumentWriter(this.database, new Vocabulary(this.database), FRESH_TABLES);
    return {
      submit: (documents, removals) => writer.submit(documents, removals),
      swap: () => swapTables(this.database),
    };
  }

  async check(): Promise<void> {
    await this.database.query('SELECT FROM search_documents LIMIT 0');
  }

  /** The database belongs to others. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
