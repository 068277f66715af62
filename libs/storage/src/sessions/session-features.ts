import type { SessionTag } from '@sessions/contract';
import type { SessionFilters } from './session-filters';

/** The bits of `sessions.features`, which the database makes of the other columns (migration 0005). */
const CLOSED = 1;
const ARCHIVED = 2;
const HUMAN_TAKEOVER = 4;
const ANALYZED = 8;
const TAGS: Readonly<Record<SessionTag, number>> = {
  general_feedback: 16,
  wins: 32,
  losses: 64,
  bug: 128,
  feature_request: 256,
  change_request: 512,
};

/** Which sets of features pass: those that have `value` in the bits of `mask`, and any bit of `anyOf` unless it is 0. */
export interface FeatureTest {
  mask: number;
  value: number;
  anyOf: number;
}

/** What the filters ask of a session's features. */
export function featureTest(filters: SessionFilters): FeatureTest {
  const { status, showArchived, isHumanTakeover, isAnalyzed, tags = [] } = filters;
  const wanted: [bit: number, set: boolean | undefined][] = [
    [CLOSED, status && status === 'closed'],
    [ARCHIVED, showArchived ? undefined : false],
    [HUMAN_TAKEOVER, isHumanTakeover],
    [ANALYZED, isAnalyzed],
  ];
  const test: FeatureTest = { mask: 0, value: 0, anyOf: 0 };
  for (const [bit, set] of wanted) {
    if (set !== undefined) test.mask |= bit;
    if (set === true) test.value |= bit;
  }
  for (const tag of tags) test.anyOf |= TAGS[tag];
  return test;
}

/** The test as SQL on the column `features`, for three placeholders of type smallint. */
export function passes(features: string, [mask, value, anyOf]: [string, string, string]): string {
  return `${features} & ${mask} = ${value} AND (${anyOf} = 0 OR ${features} & ${anyOf} <> 0)`;
}
