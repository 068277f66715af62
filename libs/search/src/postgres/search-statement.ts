import type { EngineQuery, SearchFilters } from '../search-engine';
import { MAX_TOTAL_HITS } from '../search-engine';
import { projectKey, segmentKey, SEGMENTS } from './lexemes';
import type { TextCondition } from './text-condition';
import { termQuery, termsQuery, wholeQuery, wordQueries } from './text-condition';
import type { Term } from './vocabulary';

/** Sessions that are looked at one by one for the page of a common word; about 50 ms, by estimate. */
const MAX_WALK = 10_000;

const LATEST_FIRST = 'ORDER BY last_activity_at DESC, session_id DESC';

/** SQL text and its parameters. */
export interface SqlQuery {
  text: string;
  values: unknown[];
}

/**
 * Collects parameters: `bind(value)` gives the placeholder, the same one for the same value. Every look-up of a search
 * names what is not to be found; of 5,000 sessions, to send and read that once more takes 1.8 ms.
 */
class Parameters {
  readonly values: unknown[] = [];
  private readonly placeholders = new Map<string, Map<unknown, string>>();

  bind(value: unknown, type: string): string {
    const ofType = this.placeholders.get(type) ?? new Map<unknown, string>();
    this.placeholders.set(type, ofType);
    const placeholder = ofType.get(value) ?? `$${this.values.push(value)}::${type}`;
    ofType.set(value, placeholder);
    return placeholder;
  }
}

/**
 * The page and the total when at most 10,000 sessions match. Ranked by: all words in the name, all words as typed
 * (no typo, no mere beginning), latest activity, id. What is found as typed counts first, and only when that is not
 * too much already, what else the words may stand for. Whether a session holds the words as typed is read from its row
 * where the look-up does not say so: 1 µs each, where looking that up took 20 ms.
 */
export function rankedStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const key = projectKey(query.projectId);
  const { typed } = condition;
  const inName =
    typed.length === 0 ? 'false' : `title @@ ${parameters.bind(termsQuery(typed, key), 'tsquery')}`;
  const columns = `session_id, last_activity_at, ${inName} AS in_name`;
  const isFew = `(SELECT count(*) FROM first) <= ${MAX_TOTAL_HITS}`;
  const atMost = `LIMIT ${MAX_TOTAL_HITS + 1}`;
  const [first = [], ...others] = condition.lookUps;
  const text = `
    WITH first AS MATERIALIZED (
      ${inRows(`${columns}, ${asTyped(condition, key, parameters)} AS as_typed`, first, query, condition, parameters)} ${atMost}
    ), others AS MATERIALIZED (
      ${others.map((words) => `(${inRows(columns, words, query, condition, parameters, [isFew])} ${atMost}) UNION ALL`).join('')}
      (${inChunks(columns, query, condition, parameters, [isFew])} ${atMost})
    ), hits AS MATERIALIZED (
      SELECT session_id, last_activity_at, in_name, bool_or(as_typed) AS as_typed
      FROM (SELECT * FROM first WHERE ${isFew} UNION ALL SELECT *, false FROM others) AS found
      GROUP BY session_id, last_activity_at, in_name
    ), page AS (
      SELECT session_id, row_number() OVER (ORDER BY in_name DESC, as_typed DESC, last_activity_at DESC, session_id DESC)
        AS place
      FROM hits WHERE (SELECT count(*) FROM hits) <= ${MAX_TOTAL_HITS}
      ORDER BY place LIMIT ${limit} OFFSET ${offset}
    )
    SELECT greatest((SELECT count(*)::int FROM first), (SELECT count(*)::int FROM hits)) AS total,
      ARRAY(SELECT session_id::text FROM page ORDER BY place) AS session_ids`;
  return { text, values: parameters.values };
}

/** SQL that says of a row that the first look-up found whether it holds the words as typed. */
function asTyped({ typed, lookUps, read }: TextCondition, key: string, parameters: Parameters): string {
  if (lookUps[0] === typed && read === null) return 'true';
  const queries = perSegment((segment) => termsQuery(typed, segment), key);
  return inRow(queries, parameters);
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
  const chunks = chunkConditions(query.projectId, condition, parameters);
  const text = `
    SELECT session_id FROM (
      (SELECT session_id, last_activity_at FROM (
          SELECT session_id, last_activity_at, ${[...common, inRow(queries, parameters)].join(' AND ')} AS matches FROM search_documents
          WHERE project_id = ${parameters.bind(query.projectId, 'uuid')} ${LATEST_FIRST} LIMIT ${MAX_WALK}
        ) AS latest WHERE matches LIMIT ${limit} + ${offset})
      UNION ALL
      (SELECT session_id, last_activity_at FROM search_documents
        WHERE ${[...common, ...chunks].join(' AND ')} ${LATEST_FIRST} LIMIT ${limit} + ${offset})
    ) AS hits ${LATEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
  return { text, values: parameters.values };
}

/** The same page from the index of words, for words that are common but not among the latest sessions. */
export function sortedStatement(query: EngineQuery, condition: TextCondition): SqlQuery {
  const parameters = new Parameters();
  const limit = parameters.bind(query.limit, 'int');
  const offset = parameters.bind(query.offset, 'int');
  const columns = 'session_id, last_activity_at';
  const all = { ...condition, read: null };
  const text = `SELECT session_id FROM (
      ${inRows(columns, condition.required, query, all, parameters)} UNION ALL ${inChunks(columns, query, condition, parameters)}
    ) AS hits ${LATEST_FIRST} LIMIT ${limit} OFFSET ${offset}`;
  return { text, values: parameters.values };
}

/**
 * The sessions with all these words in one row. Looks up one segment after the other, so that a LIMIT ends it before it
 * has gathered all there is of a common word.
 */
function inRows(
  columns: string,
  words: readonly Term[][],
  query: EngineQuery,
  condition: TextCondition,
  parameters: Parameters,
  more: readonly string[] = [],
): string {
  const key = projectKey(query.projectId);
  const queries = perSegment((segment) => wordQueries(words, condition, segment), key);
  const names = (queries[0] ?? []).map((_, word) => `word_${word}`);
  const parts = names.map((_, word) =>
    parameters.bind(
      queries.map((ofSegment) => ofSegment[word]),
      'tsquery[]',
    ),
  );
  const { read } = condition;
  const conditions = [
    ...names.map((name) => `words @@ part.${name}`),
    ...commonConditions(query, condition, parameters),
    ...(read === null
      ? []
      : [
          inRow(
            perSegment((segment) => termQuery(read, segment), key),
            parameters,
          ),
        ]),
    ...more,
  ];
  return `SELECT found.* FROM unnest(${parts.join(', ')}) AS part (${names.join(', ')})
    CROSS JOIN LATERAL (SELECT ${columns} FROM search_documents WHERE ${conditions.join(' AND ')}) AS found`;
}

/** The sessions whose words are in chunks. */
function inChunks(
  columns: string,
  query: EngineQuery,
  condition: TextCondition,
  parameters: Parameters,
  more: readonly string[] = [],
): string {
  const conditions = [
    ...commonConditions(query, condition, parameters),
    ...chunkConditions(query.projectId, condition, parameters),
    ...more,
  ];
  return `SELECT ${columns} FROM search_documents WHERE ${conditions.join(' AND ')}`;
}

/** Whether the words of a row, which are at hand, match the query for its segment. A function, as no index is to be used. */
function inRow(queries: readonly string[], parameters: Parameters): string {
  return `ts_match_vq(words, (${parameters.bind(queries, 'tsquery[]')})[segment + 1])`;
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
