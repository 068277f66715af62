import type { Queryable, Statement } from '@sessions/runtime';
import { projectKey, SEGMENTS } from './lexemes';
import { MAX_TOTAL_HITS, perSegment } from './search-statement';
import type { TextCondition } from './text-condition';
import { termsQuery, wholeQuery } from './text-condition';

const SAMPLE = 1000;
/** Milliseconds to read a row and its words. */
const ROW_MS = 0.0035;
/** Milliseconds to gather from one segment all sessions with a beginning, if all of its sessions have it. */
const SEGMENT_MS = 3;

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

/**
 * Decides how the beginning of a word is found beside other words. An index gathers every session that has the
 * beginning before it compares them with the other words, which for a common one takes 60 ms at a million sessions. When the
 * other words are rare, it is quicker to read the sessions that hold those. Where few words begin so, those are looked
 * up instead, and there is nothing to decide.
 */
export async function planBeginning(
  connection: Queryable,
  projectId: string,
  condition: TextCondition,
): Promise<TextCondition> {
  const beginnings = condition.lookedUp.filter((spellings) => spellings.some(({ asPrefix }) => asPrefix));
  const others = condition.lookedUp.filter((spellings) => !beginnings.includes(spellings));
  if (beginnings.length === 0 || others.length === 0) return condition;
  const byReading = { ...condition, lookedUp: others, read: beginnings };
  const key = projectKey(projectId);
  const { rows } = await connection.query<Estimate>(ESTIMATE, [
    perSegment((segment) => wholeQuery(byReading.lookedUp, byReading, segment), key),
    perSegment((segment) => termsQuery(beginnings, segment), key),
    projectId,
  ]);
  const [estimate] = rows;
  return estimate && isReadingQuicker(estimate) ? byReading : condition;
}

function isReadingQuicker({ rows, holding, segments }: Estimate): boolean {
  if (rows < SAMPLE) return true;
  const all = (rows * SEGMENTS) / (segments ?? SEGMENTS);
  const share = holding / rows;
  const segmentsRead = Math.min(SEGMENTS, (MAX_TOTAL_HITS * SEGMENTS) / (all * share));
  return Math.min(all, MAX_TOTAL_HITS / share) * ROW_MS < segmentsRead * share * SEGMENT_MS;
}
