import { Injectable } from '@nestjs/common';
import { asksForNothing, parseQuery, SessionSearch } from '@sessions/search';
import type { ParsedQuery, SearchFilters } from '@sessions/search';
import { SessionReader } from '@sessions/storage';
import type { ListedSession, SessionFilters } from '@sessions/storage';

/** The sessions of one page of a search, how many match in all, and how many the index has yet to hear of. */
export interface Found {
  sessions: ListedSession[];
  total: number;
  behind: number;
}

/** Ids from the search engine, rows from the database, which checks project and filters once more. */
@Injectable()
export class SearchSessionsService {
  constructor(
    private readonly searching: SessionSearch,
    private readonly reader: SessionReader,
  ) {}

  /** The query to search for, or null when the text asks for nothing. */
  parse(text: string | undefined): ParsedQuery | null {
    const query = parseQuery(text ?? '');
    return asksForNothing(query) ? null : query;
  }

  /** @throws ApiError 503 when the search engine is away */
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
    if (name !== undefined) {
      const { sessionIds, behind } = await this.searching.all(session);
      const sessions = await this.reader.pick(projectId, sessionIds, filters);
      return { sessions: sessions.slice(offset, offset + limit), total: sessions.length, behind };
    }
    const hits = await this.searching.search(session, limit, offset);
    const sessions = await this.reader.pick(projectId, hits.sessionIds, filters);
    const stale = hits.sessionIds.length - sessions.length;
    return { sessions, total: hits.total - stale, behind: hits.behind };
  }
}
