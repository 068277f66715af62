import { Injectable } from '@nestjs/common';
import { decodeId } from '@sessions/contract';
import type { ListQuery, SessionView } from '@sessions/contract';
import { SessionReader } from '@sessions/storage';
import type { ListedSession, SessionFilters } from '@sessions/storage';
import { encodeCursor, wrongCursor } from './cursor';
import type { Cursor } from './cursor';
import { ReadSlots } from './read-slots';
import { SearchSessionsService } from './search-sessions.service';

/** A page of sessions. */
export interface SessionList {
  sessions: SessionView[];
  /** How many sessions match, whatever the page's length. */
  total: number;
  /** Continues after this page; null at the end. */
  next_cursor: string | null;
}

/**
 * A page, which is a `SessionList` as JSON, and how many sessions the search index has yet to hear of beyond those that
 * were matched anyway.
 */
export interface ListResult {
  json: string;
  searchBehind: number;
}

/** Lists a project's sessions: from the database, or by relevance from the search engine. */
@Injectable()
export class ListSessionsService {
  constructor(
    private readonly reader: SessionReader,
    private readonly searching: SearchSessionsService,
    private readonly slots: ReadSlots,
  ) {}

  /**
   * @param cursor where the page begins
   * @throws ApiError 400 for a cursor that no list of this kind gave out; 503 when the engine is away, or the database busy
   */
  async list(projectId: string, query: ListQuery, cursor: Cursor): Promise<ListResult> {
    const filters = filtersOf(query);
    if (filters === null) return { json: pageOf([], 0, null), searchBehind: 0 };
    const search = this.searching.parse(query.search);
    if (search !== null) {
      if ('after' in cursor) throw wrongCursor();
      const { offset } = cursor;
      const find = () => this.searching.search(projectId, search, filters, query.limit, offset);
      // While another engine keeps searches waiting, lists would have no turn.
      const found = await (this.searching.isInDatabase ? this.slots.run(projectId, find) : find());
      const end = offset + query.limit;
      return {
        json: pageOf(found.sessions, found.total, found.more ? { offset: end } : null),
        searchBehind: found.behind,
      };
    }
    if (query.cursor !== undefined && 'offset' in cursor) throw wrongCursor();
    const asked = { limit: query.limit + 1, offset: 0, ...cursor };
    const { sessions, total } = await this.slots.run(projectId, () =>
      this.reader.list(projectId, filters, asked),
    );
    const page = sessions.slice(0, query.limit);
    const last = page.at(-1);
    const more = sessions.length > query.limit && last !== undefined;
    return { json: pageOf(page, total, more ? { after: last } : null), searchBehind: 0 };
  }
}

function pageOf(sessions: ListedSession[], total: number, next: Cursor | null): string {
  const cursor = next === null ? 'null' : `"${encodeCursor(next)}"`;
  // Text that is added to is not copied until it is written; joined first, a list of 50 made a tenth more garbage.
  let json = '{"sessions":[';
  for (const [place, session] of sessions.entries()) json += (place === 0 ? '' : ',') + session.json;
  return json + `],"total":${total},"next_cursor":${cursor}}`;
}

/** The filters of a query, or null when no session can pass them because the id is none of ours. */
function filtersOf(query: ListQuery): SessionFilters | null {
  const { sessionId, name, status, source, tags, dateFrom, dateTo, showArchived } = query;
  const { isHumanTakeover, isAnalyzed, companyId, contactId, productScopeIds } = query;
  const id = sessionId === undefined ? undefined : decodeId('sess', sessionId);
  if (id === null) return null;
  return {
    sessionId: id,
    name,
    status,
    source,
    tags,
    dateFrom,
    dateTo,
    showArchived,
    isHumanTakeover,
    isAnalyzed,
    companyId,
    contactId,
    productScopeIds,
  };
}
