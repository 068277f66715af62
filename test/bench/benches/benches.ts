import type { Bench } from '../bench';
import { accept } from './accept';
import { acceptBatch } from './accept-batch';
import { get } from './get';
import { start } from './start';

/** Every benchmark, in the order in which they run. */
export const BENCHES: readonly Bench[] = [accept, acceptBatch, get, start];
