import { Injectable } from '@nestjs/common';
import { decodeId, sessionView } from '@sessions/contract';
import type { ListQuery, SessionRecord, SessionView } from '@sessions/contract';
import { SessionReader } from '@sessions/storage';
import type { SessionFilters } from '@sessions/storage';
import { decodeCursor, encodeCursor, wrongCursor } from './cursor';
import type { Cursor } from './cursor';
import { SearchSessionsService } from './search-sessions.service';

/** A page of sessions. */
export interface SessionList {
  sessions: SessionView[];
  /** How many sessions match, whatever the page's length. */
  total: number;
  /** Continues after this page; null at the end. */
  next_cursor: string | null;
}

/** A page, and how many sessions the search index has yet to hear of beyond those that were matched anyway. */
export interface ListResult {
  list: SessionList;
  searchBehind: number;
}

/** Lists a project's sessions: from the database, or by relevance from the search engine. */
@Injectable()
export class ListSessionsService {
  constructor(
    private readonly reader: SessionReader,
    private readonly searching: SearchSessionsService,
  ) {}

  /** @throws ApiError 400 for a cursor that no list of this kind gave out */
  async list(projectId: string, query: ListQuery): Promise<ListResult> {
    const filters = filtersOf(query);
    if (filters === null) return { list: { sessions: [], total: 0, next_cursor: null }, searchBehind: 0 };
    const cursor = query.cursor === undefined ? { offset: query.offset } : decodeCursor(query.cursor);
    const search = this.searching.parse(query.search);
    if (search !== null) {
      if ('after' in cursor) throw wrongCursor();
      const { offset } = cursor;
      const found = await this.searching.search(projectId, search, filters, query.limit, offset);
      const end = offset + query.limit;
      return {
        list: pageOf(found.records, found.total, end < found.total ? { offset: end } : null),
        searchBehind: found.behind,
      };
    }
    if (query.cursor !== undefined && 'offset' in cursor) throw wrongCursor();
    const { records, total } = await this.reader.list(projectId, filters, {
      limit: query.limit + 1,
      offset: 0,
      ...cursor,
    });
    const page = records.slice(0, query.limit);
    const last = page.at(-1);
    const more = records.length > query.limit && last !== undefined;
    return { list: pageOf(page, total, more ? { after: last } : null), searchBehind: 0 };
  }
}

function pageOf(records: SessionRecord[], total: number, next: Cursor | null): SessionList {
  return { sessions: records.map(sessionView), total, next_cursor: next && encodeCursor(next) };
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
