import { parseListQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import Fastify from 'fastify';
import { Pool } from 'pg';
import type { QueryConfig } from 'pg';
import { Values } from '../../../libs/storage/src/sessions/session-filters';
import type { SessionFilters } from '../../../libs/storage/src/sessions/session-filters';
import { matchingOf } from '../../../libs/storage/src/sessions/session-matching';
import { FEW, isNarrow } from '../../../libs/storage/src/sessions/session-narrow';
import { listed, pageQuery, pageValues, planOf } from '../../../libs/storage/src/sessions/session-page';
import { estimatesOf, isDated } from '../../../libs/storage/src/sessions/session-totals';

/** Sessions on a page: the default, and the one more by which the product sees that there is a next page. */
const PAGE = { limit: 51, offset: 0 };

/** The columns of what a list shows of a session, which the product has Postgres write as JSON. */
const COLUMNS =
  'id, project_id, name, description, status, source, session_type, message_count, analysis_status, tags, ' +
  'custom_fields, user_metadata, page_url, page_title, contact_id, linked_entities, external_source, external_id, ' +
  'is_archived, is_human_takeover, first_message_at, last_activity_at, created_at, updated_at';

const AS_WRITTEN = { getTypeParser: () => (text: string | Buffer) => text };

/** Mentions the values of the total, as a statement must mention all that it is given. */
const NO_TOTAL = [
  '$6::text[]',
  '$7::date[]',
  '$8::date[]',
  '$9::smallint[]',
  '$10::timestamptz[]',
  '$11::timestamptz[]',
]
  .map((value) => `(${value} IS NULL OR true)`)
  .join(' AND ');

/** The page of a list whose total the product takes from counts, by the plan that it would choose. */
async function countedPage(pool: Pool, project: string, filters: SessionFilters): Promise<QueryConfig> {
  const plan = planOf(filters, PAGE, await estimatesOf(pool, project, filters));
  const dates = isDated(filters) ? 'dated' : 'undated';
  const page = pageQuery(plan === 'deep' ? 'walk' : plan, dates);
  return {
    name: `${plan} ${dates}`,
    types: AS_WRITTEN,
    text: `SELECT sessions.* FROM (${page}) AS page, LATERAL ${listed('$1', COLUMNS)} AS sessions
      ${dates === 'dated' ? `WHERE ${NO_TOTAL}` : ''} ORDER BY page.last_activity_at DESC, page.id DESC`,
    values: pageValues(project, filters, PAGE),
  };
}

/**
 * Of all that match, which the product reads to count them, the page alone. They stay a set of their own, as in the
 * product: for a page of a set of which it guesses that it is large, Postgres would rather walk the whole project.
 */
function narrowPage(project: string, filters: SessionFilters): QueryConfig {
  const values = new Values();
  const matching = matchingOf(project, filters, values, FEW);
  const limit = values.add(PAGE.limit, 'bigint');
  return {
    types: AS_WRITTEN,
    text: `WITH matching AS MATERIALIZED (${matching}), page AS (
        SELECT * FROM matching ORDER BY last_activity_at DESC, id DESC LIMIT ${limit}
      ) SELECT sessions.* FROM page CROSS JOIN LATERAL ${listed(values.add(project, 'uuid'), COLUMNS)} AS sessions
      ORDER BY page.last_activity_at DESC, page.id DESC`,
    values: values.list,
  };
}

/**
 * The product's query of a page without its total, by pg in a bare Fastify route. A list is asked for as of the
 * product; the plan that the product would choose is found at the first time, and the query kept. The rows are sent as
 * the server wrote them: to parse dates and JSON, which the product does not, would make the limit dearer.
 */
async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const project = process.env.PROJECT_UUID ?? '';
  const known = new Map<string, QueryConfig>();
  const prepare = async (url: string, query: RawQuery): Promise<QueryConfig> => {
    const filters = { ...parseListQuery(query), sessionId: undefined };
    const bare = isNarrow(filters) ? narrowPage(project, filters) : await countedPage(pool, project, filters);
    known.set(url, bare);
    return bare;
  };
  const server = Fastify();
  server.get<{ Querystring: RawQuery }>('/api/sessions', async (request) => {
    const bare = known.get(request.url) ?? (await prepare(request.url, request.query));
    const { rows } = await pool.query<object>(bare);
    return rows;
  });
  process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
}

void main();
