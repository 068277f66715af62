import { Injectable } from '@nestjs/common';
import { asksForNothing, MAX_TOTAL_HITS, parseQuery, SessionSearch, StoredMatcher } from '@sessions/search';
import type { ParsedQuery, SearchFilters, SessionQuery } from '@sessions/search';
import { SessionReader } from '@sessions/storage';
import type { ListedSession, SessionFilters } from '@sessions/storage';
import { ReadSlots } from './read-slots';

/** One page of a search. */
export interface Found {
  sessions: ListedSession[];
  /** How many match in all. */
  total: number;
  /** Whether another page follows. Hits of this one that were out of date make `total` less, and later ones no nearer. */
  more: boolean;
  /** How many the index has yet to hear of. */
  behind: number;
}

/** Ids from the search engine, rows from the database, which checks project and filters once more. */
@Injectable()
export class SearchSessionsService {
  constructor(
    private readonly searching: SessionSearch,
    private readonly matcher: StoredMatcher,
    private readonly reader: SessionReader,
    private readonly slots: ReadSlots,
  ) {}

  /** The query to search for, or null when the text asks for nothing. */
  parse(text: string | undefined): ParsedQuery | null {
    const query = parseQuery(text ?? '');
    return asksForNothing(query) ? null : query;
  }

  /** Whether a search takes a connection to the database for as long as it lasts. */
  get isInDatabase(): boolean {
    return this.searching.isInDatabase;
  }

  /** @throws ApiError 503 when the search engine is away, or the database busy */
  async search(
    projectId: string,
    query: ParsedQuery,
    filters: SessionFilters,
    limit: number,
    offset: number,
  ): Promise<Found> {
    const { name, showArchived, dateFrom, dateTo, ...same } = filters;
    const asked: SearchFilters = { ...same, includeArchived: showArchived };
    if (dateFrom !== undefined) asked.createdFrom = dateFrom;
    if (dateTo !== undefined) asked.createdTo = dateTo;
    const session = { projectId, query, filters: asked };
    if (name !== undefined) return this.searchNamed(session, { ...filters, name }, limit, offset);
    const hits = await this.searching.search(session, limit, offset);
    const sessions = await this.reader.pick(projectId, hits.sessionIds, filters);
    const stale = hits.sessionIds.length - sessions.length;
    return {
      sessions,
      total: hits.total - stale,
      more: offset + limit < hits.total,
      behind: hits.behind,
    };
  }

  /**
   * No engine can look for a part of a name, so that is looked for among its hits. Where it gives no more of these, the
   * sessions that have the name are looked through for the query, the last active 10,000 of them, and come after.
   */
  private async searchNamed(
    asked: SessionQuery,
    filters: SessionFilters & { name: string },
    limit: number,
    offset: number,
  ): Promise<Found> {
    const { projectId, query } = asked;
    const { sessionIds, behind, isCut } = await this.searching.all(asked);
    const gaveAll = isCut !== true && sessionIds.length < MAX_TOTAL_HITS;
    const find = async () => {
      const first = await this.reader.passing(projectId, sessionIds, filters);
      const others = gaveAll ? [] : await this.othersNamed(projectId, filters, query, new Set(sessionIds));
      return [...first, ...others];
    };
    // A search of the database has its turn already.
    const named = await (this.isInDatabase ? find() : this.slots.run(projectId, find));
    const end = offset + limit;
    return {
      sessions: await this.reader.pick(projectId, named.slice(offset, end), filters),
      total: named.length,
      more: end < named.length,
      behind,
    };
  }

  private async othersNamed(
    projectId: string,
    filters: SessionFilters & { name: string },
    query: ParsedQuery,
    known: ReadonlySet<string>,
  ): Promise<string[]> {
    const named = await this.reader.idsNamed(projectId, filters, MAX_TOTAL_HITS);
    const unknown = named.filter((id) => !known.has(id));
    return this.matcher.matching(projectId, unknown, query);
  }
}
