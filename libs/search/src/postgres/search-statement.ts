import type { EngineQuery, SearchFilters } from '../search-engine';
import type { TextCondition } from './text-condition';
import { wholeQuery } from './text-condition';

/** Hits that are counted and ranked; more are only said to be so many. */
export const MAX_TOTAL_HITS = 10_000;

/** SQL text and its parameters. */
export interface SqlQuery {
  text: string;
  values: unknown[];
}

/** Collects parameters: `bind(value)` gives the placeholder. */
class Parameters {
  readonly values: unknown[] = [];

  bind(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

/**
 * The page and the total when at most 10,000 sessions match. Ranked by: all words in the name, all words as typed
 * (no typo, no mere beginning), latest activity, id. What is as typed is looked up in the index a second time,
 * because reading the words of 10,000 rows would take ten times as long.
 */
export function rankedStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const exact = condition.exact === null ? null : parameters.bind(condition.exact, 'tsquery');
  const columns = `session_id, last_activity_at, ${exact === null ? 'false' : `title @@ ${exact}`} AS in_name`;
  const asTyped =
    exact === null
      ? 'SELECT NULL::uuid AS session_id WHERE false'
      : `SELECT session_id FROM search_documents
         WHERE project_id = ${parameters.bind(query.projectId, 'uuid')} AND words @@ ${exact}
           AND (SELECT count(*) FROM hits) <= ${MAX_TOTAL_HITS}`;
  const text = `
    WITH hits AS MATERIALIZED (${matching(columns, query, condition, parameters)} LIMIT ${MAX_TOTAL_HITS + 1}),
    as_typed AS MATERIALIZED (${asTyped}),
    page AS (
      SELECT hits.session_id, row_number() OVER (ORDER BY in_name DESC, as_typed.session_id IS NULL,
        last_activity_at DESC, hits.session_id DESC) AS place
      FROM hits LEFT JOIN as_typed ON as_typed.session_id = hits.session_id
      WHERE (SELECT count(*) FROM hits) <= ${MAX_TOTAL_HITS}
      ORDER BY place LIMIT ${limit} OFFSET ${offset}
    )
    SELECT (SELECT count(*)::int FROM hits) AS total,
      ARRAY(SELECT session_id::text FROM page ORDER BY place) AS session_ids`;
  return { text, values: parameters.values };
}

/** The page when more than 10,000 sessions match: the latest activity first, read in that order until it is full. */
export function recentStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const order = 'ORDER BY last_activity_at DESC, session_id DESC';
  const firstOnes = `${order} LIMIT ${limit} + ${offset}`;
  const hits = matching('session_id, last_activity_at', query, condition, parameters, firstOnes);
  const text = `SELECT session_id FROM (${hits}) AS hits ${order} LIMIT ${limit} OFFSET ${offset}`;
  return { text, values: parameters.values };
}

/**
 * The sessions that match. Those with all words in one row and those whose words are in chunks are looked up apart;
 * `each` ends both look-ups.
 */
function matching(
  columns: string,
  query: EngineQuery,
  condition: TextCondition,
  parameters: Parameters,
  each = '',
): string {
  const common = [...filterConditions(query, parameters), ...phraseConditions(condition, parameters)];
  const whole = wholeQuery(condition);
  const inRow = whole === null ? 'words IS NOT NULL' : `words @@ ${parameters.bind(whole, 'tsquery')}`;
  const inChunks = ['words IS NULL', ...chunkConditions(query.projectId, condition, parameters)];
  return `
    (SELECT ${columns} FROM search_documents WHERE ${[...common, inRow].join(' AND ')} ${each})
    UNION ALL
    (SELECT ${columns} FROM search_documents WHERE ${[...common, ...inChunks].join(' AND ')} ${each})`;
}

function chunkConditions(projectId: string, condition: TextCondition, parameters: Parameters): string[] {
  const holding = (term: string) =>
    `(SELECT session_id FROM search_chunks WHERE project_id = ${parameters.bind(projectId, 'uuid')}
      AND words @@ ${parameters.bind(term, 'tsquery')})`;
  return [
    ...condition.required.map((term) => `session_id IN ${holding(term)}`),
    ...condition.excluded.map((term) => `session_id NOT IN ${holding(term)}`),
  ];
}

function phraseConditions(condition: TextCondition, parameters: Parameters): string[] {
  return [
    ...condition.phrases.map((pattern) => `body LIKE ${parameters.bind(pattern, 'text')}`),
    ...condition.excludedPhrases.map((pattern) => `body NOT LIKE ${parameters.bind(pattern, 'text')}`),
  ];
}

/** Every filter of a search is built here, and none without its project. */
function filterConditions({ projectId, filters, except }: EngineQuery, parameters: Parameters): string[] {
  const conditions = [`project_id = ${parameters.bind(projectId, 'uuid')}`];
  const add = (value: unknown, type: string, condition: (placeholder: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.bind(value, type)));
  };
  if (!filters.includeArchived) conditions.push('NOT is_archived');
  add(filters.sessionId, 'uuid', (value) => `session_id = ${value}`);
  add(filters.status, 'text', (value) => `status = ${value}`);
  add(filters.source, 'text', (value) => `source = ${value}`);
  add(filters.tags, 'text[]', (values) => `tags && ${values}`);
  add(time(filters, 'createdFrom'), 'timestamptz', (value) => `created_at >= ${value}`);
  add(time(filters, 'createdTo'), 'timestamptz', (value) => `created_at <= ${value}`);
  add(filters.isHumanTakeover, 'boolean', (value) => `is_human_takeover = ${value}`);
  add(filters.isAnalyzed, 'boolean', (value) => `is_analyzed = ${value}`);
  add(filters.companyId, 'text', (value) => `${value} = ANY (company_ids)`);
  add(filters.contactId, 'text', (value) => `contact_id = ${value}`);
  add(filters.productScopeIds, 'text[]', (values) => `product_scope_ids && ${values}`);
  if (except.length > 0) conditions.push(`session_id <> ALL (${parameters.bind(except, 'uuid[]')})`);
  return conditions;
}

function time(filters: SearchFilters, name: 'createdFrom' | 'createdTo'): string | undefined {
  const milliseconds = filters[name];
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
