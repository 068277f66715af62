import type { Database, Queryable, Statement } from '@sessions/runtime';
import { DatabaseError } from 'pg';
import type {
  EngineHits,
  EngineQuery,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
} from '../search-engine';
import type { DocumentRow } from './document-rows';
import { documentRow } from './document-rows';
import { projectKey } from './lexemes';
import { MAX_TOTAL_HITS, rankedStatement, recentStatement } from './search-statement';
import { textCondition } from './text-condition';
import { Vocabulary } from './vocabulary';
import {
  chunkColumns,
  DELETE_CHUNKS,
  DELETE_DOCUMENTS,
  documentColumns,
  INSERT_CHUNKS,
  UPSERT_DOCUMENTS,
} from './write-statements';

/** Classes of SQLSTATE that are about the data: wrong values, violated constraints, exceeded limits. */
const REFUSALS = ['21', '22', '23', '54'];

/**
 * The planner does not know what reading the words of a row costs, and would rather read all rows than use the index
 * of words. Its bitmap must fit into memory, or it would read the words of the rows to tell them apart.
 */
const PLAN_BY_INDEX: Statement = {
  name: 'search-plan-by-index',
  text: `SELECT set_config('enable_seqscan', 'off', true), set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`,
};

/** For common words: walk through the sessions from the latest on until the page is full. */
const PLAN_BY_ORDER: Statement = {
  name: 'search-plan-by-order',
  text: `SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)`,
};

interface RankedRow {
  total: number;
  session_ids: string[];
}

/** Search by the product's own Postgres, through full-text indexes over the words that our tokenizer finds. */
export class PostgresEngine implements SearchEngine {
  readonly name = 'postgres';
  private readonly vocabulary: Vocabulary;

  constructor(private readonly database: Database) {
    this.vocabulary = new Vocabulary(database);
  }

  /** The tables come with the migrations; this only says so when they are missing. */
  prepare(): Promise<void> {
    return this.check();
  }

  /** Writes at once, in one transaction, so the task that it returns has already ended. */
  async submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    const outcome = await this.write(documents, removals);
    return { settled: () => Promise.resolve(outcome) };
  }

  async search(query: EngineQuery): Promise<EngineHits> {
    const key = projectKey(query.projectId);
    const condition = await textCondition(query.query, query.projectId, key, this.vocabulary);
    return this.database.transaction(async (connection) => {
      await connection.query(PLAN_BY_INDEX);
      const ranked = rankedStatement(query, condition);
      const { rows } = await connection.query<RankedRow>(ranked.text, ranked.values);
      const { total, session_ids: sessionIds } = rows[0] ?? { total: 0, session_ids: [] };
      if (total <= MAX_TOTAL_HITS) return { sessionIds, total };
      await connection.query(PLAN_BY_ORDER);
      const recent = recentStatement(query, condition);
      const page = await connection.query<{ session_id: string }>(recent.text, recent.values);
      return { sessionIds: page.rows.map((row) => row.session_id), total: MAX_TOTAL_HITS };
    });
  }

  async check(): Promise<void> {
    const { rows } = await this.database.query<{ found: boolean }>(
      `SELECT to_regclass('search_documents') IS NOT NULL AS found`,
    );
    if (rows[0]?.found !== true) throw new Error('The search tables are missing: run the migrations.');
  }

  /** The database belongs to others. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  private async write(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexOutcome> {
    const latest = new Map(
      documents.map((document) => [`${document.projectId}${document.sessionId}`, document]),
    );
    const rows = [...latest.values()].map(documentRow);
    try {
      await this.vocabulary.add(wordsOf(rows));
      await this.database.transaction(async (connection) => {
        if (rows.length > 0) await store(connection, rows);
        if (removals.length > 0) await connection.query(DELETE_DOCUMENTS, keyColumns(removals));
      });
      return { status: 'succeeded' };
    } catch (error) {
      if (error instanceof DatabaseError && REFUSALS.includes(error.code?.slice(0, 2) ?? '')) {
        return { status: 'failed', reason: error.message };
      }
      throw error;
    }
  }
}

async function store(connection: Queryable, rows: DocumentRow[]): Promise<void> {
  await connection.query(UPSERT_DOCUMENTS, documentColumns(rows));
  await connection.query(DELETE_CHUNKS, keyColumns(rows.map(({ document }) => document)));
  const long = rows.filter(({ chunks }) => chunks.length > 1);
  if (long.length > 0) await connection.query(INSERT_CHUNKS, chunkColumns(long));
}

function keyColumns(keys: readonly SearchDocumentKey[]): [string[], string[]] {
  return [keys.map(({ projectId }) => projectId), keys.map(({ sessionId }) => sessionId)];
}

function* wordsOf(rows: readonly DocumentRow[]): Generator<[string, string]> {
  for (const { document, words } of rows) {
    for (const word of words.distinct) yield [document.projectId, word];
  }
}
