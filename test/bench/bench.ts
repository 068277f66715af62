import type { BenchContext } from './context';
import type { Pair } from './statistics';
import type { Target } from './target';

/** What the product runs on: nothing but Postgres; Redis for the queue; and Meilisearch for search beside it. */
export const BACKENDS = ['embedded', 'redis', 'meilisearch'] as const;
export type Backend = (typeof BACKENDS)[number];

/** One line of the table: what was measured of the product, beside what the hardware and its engines can do at all. */
export interface Figure {
  /** Which of the bench's figures it is, such as "64 connections". */
  what: string;
  /** What else to know of it, which may differ from run to run, such as which list was the slowest. */
  note?: string;
  /** Such as "sessions/s" or "ms". */
  unit: string;
  /** What the product should reach. */
  target: Target;
  /** One for each time it was measured. */
  pairs: Pair[];
}

/** A benchmark: one file in `benches/`, listed in `benches/benches.ts`. */
export interface Bench {
  /** What `npm run bench -- NAME` calls it. */
  name: string;
  /** Those that it has something to say about; one that the machine lacks is passed over. */
  backends: readonly Backend[];
  /**
   * Measures on one backend. Whatever it starts through the context is stopped afterwards.
   *
   * @throws Error when what it measured did not do its work, such as answers that are no 2xx
   */
  run(context: BenchContext): Promise<Figure[]>;
}
