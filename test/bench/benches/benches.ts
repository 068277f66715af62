import type { Bench } from '../bench';
import { accept } from './accept';
import { acceptBatch } from './accept-batch';
import { endToEnd } from './end-to-end';
import { get } from './get';
import { indexSessions } from './index-sessions';
import { search } from './search';
import { start } from './start';

/** Every benchmark, in the order in which they run. */
export const BENCHES: readonly Bench[] = [accept, acceptBatch, get, indexSessions, search, endToEnd, start];
