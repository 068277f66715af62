import { Inject, Injectable } from '@nestjs/common';
import type { SessionRecord } from '@sessions/contract';
import { asksForNothing, parseQuery, SEARCH_ENGINE } from '@sessions/search';
import type { ParsedQuery, SearchEngine } from '@sessions/search';
import { SessionReader } from '@sessions/storage';
import type { SessionFilters } from '@sessions/storage';

/** The sessions of one page of a search, how many match in all, and how many could not be looked at. */
export interface Found {
  records: SessionRecord[];
  total: number;
  behind: number;
}

/** Ids from the search engine, rows from the database, which checks project and filters once more. */
@Injectable()
export class SearchSessionsService {
  constructor(
    @Inject(SEARCH_ENGINE) private readonly engine: SearchEngine,
    private readonly reader: SessionReader,
  ) {}

  /** The query to search for, or null when the text asks for nothing. */
  parse(text: string | undefined): ParsedQuery | null {
    const query = parseQuery(text ?? '');
    return asksForNothing(query) ? null : query;
  }

  async search(
    projectId: string,
    query: ParsedQuery,
    filters: SessionFilters,
    limit: number,
    offset: number,
  ): Promise<Found> {
    const { showArchived, dateFrom: createdFrom, dateTo: createdTo, name: _name, ...rest } = filters;
    const hits = await this.engine.search({
      projectId,
      query,
      filters: { ...rest, createdFrom, createdTo, includeArchived: showArchived } as never,
      except: [],
      limit,
      offset,
    });
    const records = await this.reader.pick(projectId, hits.sessionIds, filters);
    return { records, total: hits.total, behind: 0 };
  }
}
