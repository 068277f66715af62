import type { Bench } from '../bench';
import { accept } from './accept';
import { acceptBatch } from './accept-batch';
import { createStored } from './create-stored';
import { endToEnd } from './end-to-end';
import { get } from './get';
import { indexSessions } from './index-sessions';
import { list } from './list';
import { listDeep } from './list-deep';
import { persist } from './persist';
import { memory } from './memory';
import { scaling } from './scaling';
import { search } from './search';
import { start } from './start';
import { stats } from './stats';

/** Every benchmark, in the order in which they run: of those that share what is stored, the ones that only read first. */
export const BENCHES: readonly Bench[] = [
  accept,
  acceptBatch,
  persist,
  get,
  list,
  listDeep,
  stats,
  createStored,
  search,
  endToEnd,
  indexSessions,
  scaling,
  memory,
  start,
];
