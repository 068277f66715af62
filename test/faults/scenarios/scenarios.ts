import { KILLS } from './kills';
import { OUTAGES } from './outages';
import { weight } from '../weight/weight';
import type { Scenario } from './scenario';

/** Every scenario, in the order in which a round runs them. */
export const SCENARIOS: readonly Scenario[] = [...KILLS, ...OUTAGES, weight];
