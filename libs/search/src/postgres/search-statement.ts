import type { EngineQuery, SearchFilters } from '../search-engine';
import { projectKey, segmentKey, SEGMENTS } from './lexemes';
import type { TextCondition } from './text-condition';
import { exactQueries, lookUpQueries, termQuery, wholeQuery } from './text-condition';

/** Hits that are counted and ranked; more are only said to be so many. */
export const MAX_TOTAL_HITS = 10_000;

/** Sessions that are looked at one by one for the page of a common word; about 50 ms, by estimate. */
const MAX_WALK = 10_000;

const LATEST_FIRST = 'ORDER BY last_activity_at DESC, session_id DESC';

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
  const key = projectKey(query.projectId);
  const exact = exactQueries(condition, key);
  const inName = exact.length === 0 ? 'false' : `title @@ ${parameters.bind(exact.join(' & '), 'tsquery')}`;
  const columns = `session_id, last_activity_at, ${inName} AS in_name`;
  const asTyped =
    exact.length === 0
      ? 'SELECT NULL::uuid AS session_id WHERE false'
      : inSegments(
          'session_id',
          perSegment((segment) => exactQueries(condition, segment), key),
          parameters,
          [
            `project_id = ${parameters.bind(query.projectId, 'uuid')}`,
            `(SELECT count(*) FROM hits) <= ${MAX_TOTAL_HITS}`,
          ],
        );
  const text = `
    WITH hits AS MATERIALIZED (${everyHit(columns, query, condition, parameters)} LIMIT ${MAX_TOTAL_HITS + 1}),
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

/**
 * The page when more than 10,000 sessions match: the latest activity first, read in that order until it is full. Not
 * full when the last `MAX_WALK` sessions hold too few.
 */
export function recentStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const common = commonConditions(query, condition, parameters);
  const queries = perSegment(
    (key) => wholeQuery(condition.required, condition, key),
    projectKey(query.projectId),
  );
  const inRow = `words @@ (${parameters.bind(queries, 'tsquery[]')})[segment + 1]`;
  const inChunks = chunkConditions(query.projectId, condition, parameters);
  const text = `
    SELECT session_id FROM (
      (SELECT session_id, last_activity_at FROM (
          SELECT session_id, last_activity_at, ${[...common, inRow].join(' AND ')} AS matches FROM search_documents
          WHERE project_id = ${parameters.bind(query.projectId, 'uuid')} ${LATEST_FIRST} LIMIT ${MAX_WALK}
        ) AS latest WHERE matches LIMIT ${limit} + ${offset})
      UNION ALL
      (SELECT session_id, last_activity_at FROM search_documents
        WHERE ${[...common, ...inChunks].join(' AND ')} ${LATEST_FIRST} LIMIT ${limit} + ${offset})
    ) AS hits ${LATEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
  return { text, values: parameters.values };
}

/** The same page from the index of words, for words that are common but not among the latest sessions. */
export function sortedStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const hits = everyHit('session_id, last_activity_at', query, condition, parameters);
  const text = `SELECT session_id FROM (${hits}) AS hits ${LATEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
  return { text, values: parameters.values };
}

/** The sessions that match. Those with all words in one row and those whose words are in chunks are looked up apart. */
function everyHit(
  columns: string,
  query: EngineQuery,
  condition: TextCondition,
  parameters: Parameters,
): string {
  const common = commonConditions(query, condition, parameters);
  const key = projectKey(query.projectId);
  const queries = perSegment((segment) => lookUpQueries(condition, segment), key);
  const inRow = inSegments(columns, queries, parameters, [
    ...common,
    ...condition.read.map((spellings) => {
      const beginnings = perSegment((segment) => termQuery(spellings, segment), key);
      return `ts_match_vq(words, (${parameters.bind(beginnings, 'tsquery[]')})[segment + 1])`;
    }),
  ]);
  const inChunks = chunkConditions(query.projectId, condition, parameters);
  return `
    (${inRow})
    UNION ALL
    (SELECT ${columns} FROM search_documents WHERE ${[...common, ...inChunks].join(' AND ')})`;
}

/**
 * Looks up one segment after the other, so that a LIMIT ends it before it has gathered all there is of a common word.
 *
 * @param queries for each segment the `tsquery` of each word
 */
function inSegments(
  columns: string,
  queries: readonly (readonly string[])[],
  parameters: Parameters,
  conditions: readonly string[],
): string {
  const words = queries[0]?.map((_, word) => ({
    name: `word_${word}`,
    queries: parameters.bind(
      queries.map((ofSegment) => ofSegment[word]),
      'tsquery[]',
    ),
  }));
  const holding = words?.map(({ name }) => `words @@ part.${name}`) ?? [];
  return `SELECT found.*
    FROM unnest(${words?.map((word) => word.queries).join(', ')}) AS part (${words?.map(({ name }) => name).join(', ')})
    CROSS JOIN LATERAL (SELECT ${columns} FROM search_documents
      WHERE ${[...holding, ...conditions].join(' AND ')}) AS found`;
}

/** What `tsquery` gives for the key of each segment, in their order. */
export function perSegment<Query>(tsquery: (segmentKey: string) => Query, key: string): Query[] {
  return Array.from({ length: SEGMENTS }, (_, segment) => tsquery(segmentKey(key, segment)));
}

function commonConditions(query: EngineQuery, condition: TextCondition, parameters: Parameters): string[] {
  return [...filterConditions(query, parameters), ...phraseConditions(condition, parameters)];
}

function chunkConditions(projectId: string, condition: TextCondition, parameters: Parameters): string[] {
  const key = projectKey(projectId);
  const holding = (term: string) =>
    `(SELECT session_id FROM search_chunks WHERE project_id = ${parameters.bind(projectId, 'uuid')}
      AND words @@ ${parameters.bind(term, 'tsquery')})`;
  return [
    'words IS NULL',
    ...condition.required.map((spellings) => `session_id IN ${holding(termQuery(spellings, key))}`),
    ...condition.excluded.map(
      (word) => `session_id NOT IN ${holding(termQuery([{ word, asPrefix: false }], key))}`,
    ),
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
  add(except?.sessionIds, 'uuid[]', (values) => `session_id <> ALL (${values})`);
  return conditions;
}

function time(filters: SearchFilters, name: 'createdFrom' | 'createdTo'): string | undefined {
  const milliseconds = filters[name];
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
