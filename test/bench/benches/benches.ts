import type { Bench } from '../bench';
import { start } from './start';

/** Every benchmark, in the order in which they run. */
export const BENCHES: readonly Bench[] = [start];
