import type { Queryable } from '@sessions/runtime';
import { featureTest } from './session-features';
import type { SessionFilters } from './session-filters';
import { estimatesOf } from './session-totals';
import type { Estimates } from './session-totals';

const FRESH_MS = 60_000;
/** Much can be stored in this time, which makes a list slower that is asked for then, and only that one. */
const USABLE_MS = 300_000;
const DAY_MS = 86_400_000;
const MOST = 5000;

interface Known {
  estimates: Estimates;
  /** When they were looked up. */
  at: number;
  isRefreshed: boolean;
}

/**
 * Estimates for the filters of lists. Those of a while ago, or of other times of the same days, will do: they decide
 * only what a page costs.
 *
 * *Unknown*, or older than five minutes: who asks waits until they are looked up. *Fresh*, for a minute: given as they are.
 * *Stale*: given as they are, while they are looked up again. To wait for those of ten seconds ago made the first of each
 * five lists of a million sessions 1 to 3 ms slower; to look them up beside as often, the next ones, on two processors.
 */
export class KnownEstimates {
  /** By what they are of, oldest first. */
  private readonly known = new Map<string, Known>();

  constructor(private readonly database: Queryable) {}

  /** Rejects as the database does, when they have to be waited for. */
  async of(projectId: string, filters: SessionFilters): Promise<Estimates> {
    const key = keyOf(projectId, filters);
    const known = this.known.get(key);
    const age = known === undefined ? Infinity : Date.now() - known.at;
    if (known === undefined || age > USABLE_MS) return this.lookUp(key, projectId, filters);
    if (age > FRESH_MS && !known.isRefreshed) {
      known.isRefreshed = true;
      // Who asks next then waits for them, and hears what is wrong.
      this.lookUp(key, projectId, filters).catch(() => this.known.delete(key));
    }
    return known.estimates;
  }

  private async lookUp(key: string, projectId: string, filters: SessionFilters): Promise<Estimates> {
    const estimates = await estimatesOf(this.database, projectId, filters);
    this.known.delete(key);
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MOST) this.known.delete(oldest);
    this.known.set(key, { estimates, at: Date.now(), isRefreshed: false });
    return estimates;
  }
}

function keyOf(projectId: string, filters: SessionFilters): string {
  const { source, dateFrom, dateTo } = filters;
  const { mask, value, anyOf } = featureTest(filters);
  return [projectId, source, mask, value, anyOf, dayOf(dateFrom), dayOf(dateTo)].join();
}

function dayOf(time: number | undefined): number | undefined {
  return time === undefined ? undefined : Math.floor(time / DAY_MS);
}
