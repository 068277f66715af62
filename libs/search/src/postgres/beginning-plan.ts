import type { Queryable, Statement } from '@sessions/runtime';
import { MAX_TOTAL_HITS } from '../search-engine';
import { projectKey, SEGMENTS } from './lexemes';
import { perSegment } from './search-statement';
import type { TextCondition } from './text-condition';
import { termQuery, typedFirst, wholeQuery } from './text-condition';
import type { Term } from './vocabulary';

const SAMPLE = 1000;
/** Milliseconds to read a row and its words. */
const ROW_MS = 0.0035;
/** Milliseconds to read a row, of which the words are not needed. */
const HIT_MS = 0.0025;
/** Milliseconds to gather from one segment all sessions with a beginning, if all of its sessions have it. */
const SEGMENT_MS = 6;

const ESTIMATE: Statement = {
  name: 'search-estimate',
  text: `SELECT count(*)::int AS rows, count(*) FILTER (WHERE holds)::int AS holding, max(place)::int AS segments
    FROM (
      SELECT place, ts_match_vq(words, part.beginning) AS holds
      FROM unnest($1::tsquery[], $2::tsquery[]) WITH ORDINALITY AS part (query, beginning, place)
      CROSS JOIN LATERAL (SELECT words FROM search_documents WHERE words @@ part.query AND project_id = $3) AS found
      LIMIT ${SAMPLE}
    ) AS sample`,
};

interface Estimate {
  rows: number;
  holding: number;
  segments: number | null;
}

/** Segments in which sessions that hold all words as typed are counted, and how many there make more than 10,000 likely. */
const COUNTED_SEGMENTS = 4;
const MANY = Math.ceil((1.25 * MAX_TOTAL_HITS * COUNTED_SEGMENTS) / SEGMENTS);

const COUNT: Statement = {
  name: 'search-count-typed',
  text: `SELECT count(*) = ${MANY} AS "areMany" FROM (
      SELECT FROM unnest($1::tsquery[]) AS part (query)
      CROSS JOIN LATERAL (SELECT FROM search_documents WHERE words @@ part.query AND project_id = $2) AS found
      LIMIT ${MANY}
    ) AS counted`,
};

/**
 * Decides how the beginning of a word is found beside other words when too many words begin so. An index gathers every
 * session that has the beginning before it compares them with the other words, which for a common one takes 60 ms at a
 * million sessions. When more than 10,000 sessions seem to hold the words as typed, those are counted first, in a third
 * of the time; when the other words are rare, it is quicker to read the sessions that hold those.
 */
export async function planBeginning(
  connection: Queryable,
  projectId: string,
  condition: TextCondition,
): Promise<TextCondition> {
  const { beginning, required, typed } = condition;
  if (beginning === null || required.length === 1) return condition;
  const key = projectKey(projectId);
  const { rows: counts } = await connection.query<{ areMany: boolean }>(COUNT, [
    perSegment((segment) => wholeQuery(typed, condition, segment), key).slice(0, COUNTED_SEGMENTS),
    projectId,
  ]);
  if (counts[0]?.areMany === true) return { ...condition, lookUps: [typed, required] };
  const isOther = (_: Term[], at: number) => required[at] !== beginning;
  const others = required.filter(isOther);
  const { rows: estimates } = await connection.query<Estimate>(ESTIMATE, [
    perSegment((segment) => wholeQuery(others, condition, segment), key),
    perSegment((segment) => termQuery(beginning, segment), key),
    projectId,
  ]);
  if (!estimates[0] || !isReadingQuicker(estimates[0])) return condition;
  return { ...condition, lookUps: typedFirst(typed.filter(isOther), others), read: beginning };
}

function isReadingQuicker({ rows, holding, segments }: Estimate): boolean {
  if (rows < SAMPLE) return true;
  const all = (rows * SEGMENTS) / (segments ?? SEGMENTS);
  const share = holding / rows;
  const hits = Math.min(all * share, MAX_TOTAL_HITS);
  const segmentsRead = Math.min(SEGMENTS, (MAX_TOTAL_HITS * SEGMENTS) / (all * share));
  const lookingUp = hits * HIT_MS + segmentsRead * share * SEGMENT_MS;
  return Math.min(all, MAX_TOTAL_HITS / share) * ROW_MS < lookingUp;
}
