import { unavailable } from '@sessions/contract';
import type { PendingHits, PendingSearch } from './outbox/pending-search';
import type { EngineHits, Exclusion, SearchEngine, SearchFilters } from './search-engine';
import { MAX_TOTAL_HITS, SearchAwayError } from './search-engine';
import type { ParsedQuery } from './text/query';

/** A search of sessions in one project. */
export interface SessionQuery {
  projectId: string;
  query: ParsedQuery;
  filters: SearchFilters;
}

/** One page of what a search finds. */
export interface SessionHits {
  /** Ids of the page, in order. The caller checks project and filters again when it reads the rows. */
  sessionIds: string[];
  /** How many match in all; exact up to 10,000 beside those that are not indexed yet. */
  total: number;
  /** Sessions that neither the engine nor this search has seen in their present state. 0 unless the engine lags far. */
  behind: number;
  /** Set where more may match than the engine counts and gives. */
  isCut?: true;
}

/**
 * Finds sessions however far the search engine lags: those that are not indexed yet are matched in the database and
 * come first, the last changed before the others, then the engine's hits in its order.
 */
export class SessionSearch {
  constructor(
    private readonly engine: SearchEngine,
    private readonly pending: PendingSearch,
  ) {}

  /** Whether the engine is the database, so that a search takes one of its connections for as long as it lasts. */
  get isInDatabase(): boolean {
    return this.engine.name === 'postgres';
  }

  /** @throws ApiError 503 when the engine is away. */
  async search(asked: SessionQuery, limit: number, offset: number): Promise<SessionHits> {
    const pending = await this.pending.search(asked.projectId, asked.query, asked.filters);
    const first = pending.matching.slice(offset, offset + limit);
    const rest = await this.engineHits(asked, pending, {
      limit: limit - first.length,
      offset: Math.max(0, offset - pending.matching.length),
    });
    return {
      sessionIds: [...first, ...rest.sessionIds],
      total: pending.matching.length + rest.total,
      behind: pending.waiting - pending.considered.sessionIds.length,
      ...(rest.isCut || rest.total >= MAX_TOTAL_HITS ? { isCut: true } : {}),
    };
  }

  /**
   * Everything that matches on one page, 10,000 at most, for a caller that filters on by what engines cannot.
   *
   * @throws ApiError 503 when the engine is away.
   */
  all(asked: SessionQuery): Promise<SessionHits> {
    return this.search(asked, MAX_TOTAL_HITS, 0);
  }

  private async engineHits(
    asked: SessionQuery,
    pending: PendingHits,
    page: { limit: number; offset: number },
  ): Promise<EngineHits> {
    try {
      const search = (except: Exclusion) => this.engine.search({ ...asked, ...page, except });
      const hits = await search(pending.considered);
      const indexedSince = consideredOf(hits, pending);
      if (indexedSince.length === 0) return hits;
      const { maybeIndexed } = pending.considered;
      const again = await search({ ...pending.considered, maybeIndexed: [...maybeIndexed, ...indexedSince] });
      return without(again, consideredOf(again, pending));
    } catch (error) {
      if (error instanceof SearchAwayError) throw unavailable('Search is not available right now.', 2, error);
      throw error;
    }
  }
}

/** Hits that were considered: nobody had claimed them when the outbox was read, and they are indexed since. */
function consideredOf({ sessionIds }: EngineHits, { considered }: PendingHits): string[] {
  if (sessionIds.length === 0) return [];
  const known = new Set(considered.sessionIds);
  return sessionIds.filter((sessionId) => known.has(sessionId));
}

function without({ sessionIds, total, ...more }: EngineHits, dropped: readonly string[]): EngineHits {
  return {
    ...more,
    ...(total >= MAX_TOTAL_HITS ? { isCut: true } : {}),
    sessionIds: sessionIds.filter((sessionId) => !dropped.includes(sessionId)),
    total: total - dropped.length,
  };
}
