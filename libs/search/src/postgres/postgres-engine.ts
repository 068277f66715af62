import type { Database, Queryable, Statement } from '@sessions/runtime';
import type {
  EngineHits,
  EngineQuery,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
} from '../search-engine';
import { MAX_TOTAL_HITS, pageWithin } from '../search-engine';
import { planBeginning } from './beginning-plan';
import { DocumentWriter } from './document-writer';
import { rankedStatement, recentStatement, sortedStatement } from './search-statement';
import type { SqlQuery } from './search-statement';
import type { TextCondition } from './text-condition';
import { textCondition } from './text-condition';
import { Vocabulary } from './vocabulary';
import { LIVE_TABLES } from './write-statements';

/**
 * The planner does not know what reading the words of a row costs, and would rather read all rows than use the index
 * of words. Its bitmap must fit into memory, or it would read the words of the rows to tell them apart. With segments
 * spread over parallel workers the slowest searches took 136 ms instead of 139 on two busy processors.
 */
const PLAN_BY_INDEX: Statement = {
  name: 'search-plan-by-index',
  text: `SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true),
    set_config('max_parallel_workers_per_gather', '0', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'on', true),
    set_config('enable_sort', 'on', true)`,
};

/** For common words: walk through the sessions from the latest on until the page is full. */
const PLAN_BY_ORDER: Statement = {
  name: 'search-plan-by-order',
  text: `SELECT set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'off', true),
    set_config('enable_sort', 'off', true)`,
};

interface RankedRow {
  total: number;
  session_ids: string[];
}

/** Search by the product's own Postgres, through full-text indexes over the words that our tokenizer finds. */
export class PostgresEngine implements SearchEngine {
  readonly name = 'postgres';
  readonly batchSize = 2000;
  readonly batchesInFlight = 6;
  readonly lingerMs = 0;
  private readonly vocabulary: Vocabulary;
  private readonly writer: DocumentWriter;

  constructor(private readonly database: Database) {
    this.vocabulary = new Vocabulary(database);
    this.writer = new DocumentWriter(database, this.vocabulary, LIVE_TABLES);
  }

  async isPrepared(): Promise<boolean> {
    await this.check();
    return true;
  }

  /** The tables come with the migrations; this only says so when they are missing. */
  prepare(): Promise<void> {
    return this.check();
  }

  submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    return this.writer.submit(documents, removals);
  }

  async search(asked: EngineQuery): Promise<EngineHits> {
    const query = { ...asked, ...pageWithin(asked) };
    const words = await textCondition(query.query, query.projectId, this.vocabulary);
    if (words === null) return { sessionIds: [], total: 0 };
    return this.database.transaction(async (connection) => {
      await connection.query(PLAN_BY_INDEX);
      const condition = await planBeginning(connection, query.projectId, words);
      const ranked = rankedStatement(query, condition);
      const { rows } = await connection.query<RankedRow>(ranked.text, ranked.values);
      const { total, session_ids: sessionIds } = rows[0] ?? { total: 0, session_ids: [] };
      if (total <= MAX_TOTAL_HITS) return { sessionIds, total };
      return { sessionIds: await latest(connection, query, condition), total: MAX_TOTAL_HITS };
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
}

/** The page of a query that more than 10,000 sessions match. */
async function latest(
  connection: Queryable,
  query: EngineQuery,
  condition: TextCondition,
): Promise<string[]> {
  const page = async ({ text, values }: SqlQuery) => {
    const { rows } = await connection.query<{ session_id: string }>(text, values);
    return rows.map((row) => row.session_id);
  };
  await connection.query(PLAN_BY_ORDER);
  const walked = await page(recentStatement(query, condition));
  if (walked.length === query.limit) return walked;
  await connection.query(PLAN_BY_INDEX);
  return page(sortedStatement(query, condition));
}
