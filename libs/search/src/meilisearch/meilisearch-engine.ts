import type { Index, Meilisearch, SearchParams } from 'meilisearch';
import type {
  EngineHits,
  EngineQuery,
  Exclusion,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
} from '../search-engine';
import { SearchAwayError } from '../search-engine';
import type { MeilisearchOptions } from './client';
import { createClient } from './client';
import type { IndexedDocument } from './document';
import { errorCode, isAway } from './errors';
import { filterOf } from './filter';
import { MAX_TOTAL_HITS } from './index-settings';
import { needsSetUp, setUpIndex } from './index-setup';
import { IndexWriter } from './index-writer';
import type { PhraseCandidate } from './phrase-check';
import { withPhrases } from './phrase-check';
import { hasLongPhrase, queryText } from './query-text';
import { TaskPoller } from './task-poller';

/** Search by a Meilisearch server (1.50 or newer), through its official client. */
export class MeilisearchEngine implements SearchEngine {
  readonly name = 'meilisearch';
  /** Every task costs it a second at a million sessions, however few it is about. */
  readonly batchSize = 5000;
  /**
   * It parses a filter in a time that grows with the square of its length: 500 ids take 40 ms, 1,000 100, 3,000 600 to
   * 1,200, also when they are cut into several filters, which it joins again.
   */
  readonly maxExcluded = 500;
  private readonly client: Meilisearch;
  private readonly index: Index<IndexedDocument>;
  private readonly tasks: TaskPoller;
  private readonly writer: IndexWriter;

  constructor(private readonly options: MeilisearchOptions) {
    this.client = createClient(options);
    this.index = this.client.index<IndexedDocument>(options.index);
    this.tasks = new TaskPoller(this.client);
    this.writer = new IndexWriter(this.index, this.tasks);
  }

  async isPrepared(): Promise<boolean> {
    return !(await needsSetUp(this.client, this.options.index));
  }

  prepare(): Promise<void> {
    return setUpIndex(this.client, this.options.index);
  }

  submit(documents: SearchDocument[], removals: SearchDocumentKey[], claim?: string): Promise<IndexTask> {
    return this.writer.submit(documents, removals, claim);
  }

  async search(query: EngineQuery): Promise<EngineHits> {
    try {
      return hasLongPhrase(query.query) ? await this.searchPhrases(query) : await this.searchPage(query);
    } catch (error) {
      if (errorCode(error) === 'invalid_search_filter' && query.except && query.except.claims.length > 0)
        return this.search({ ...query, except: this.withoutClaims(query.except) });
      // Before the first worker has prepared the index nothing is indexed, which is no error of the search.
      if (errorCode(error) === 'index_not_found') return { sessionIds: [], total: 0 };
      if (isAway(error)) throw new SearchAwayError('Meilisearch does not serve searches.', { cause: error });
      throw error;
    }
  }

  async check(): Promise<void> {
    if (!(await this.client.isHealthy()))
      throw new Error(`Meilisearch does not answer at ${this.options.url}.`);
  }

  close(): Promise<void> {
    this.tasks.close();
    return Promise.resolve();
  }

  /** While a worker of an older version, which does not know of claims, has set the index up. */
  private withoutClaims({ sessionIds }: Exclusion): Exclusion {
    return { sessionIds, claims: [], maybeIndexed: sessionIds.slice(0, this.maxExcluded) };
  }

  private async searchPage(query: EngineQuery): Promise<EngineHits> {
    const { offset, limit } = query;
    const hitsPerPage = pageSizeAround(offset, limit);
    const page = Math.floor(offset / hitsPerPage) + 1;
    const result = await this.index.search(queryText(query.query), {
      ...searchParameters(query),
      attributesToRetrieve: ['sessionId'],
      hitsPerPage,
      page,
    });
    const skipped = offset - (page - 1) * hitsPerPage;
    const ids = result.hits.map((hit) => String(hit['sessionId']));
    return {
      sessionIds: ids.slice(skipped, skipped + limit),
      total: Math.min(result.totalHits, MAX_TOTAL_HITS),
    };
  }

  /** Looks at the text of every hit, the first 10,000 at most, for whether its words stand side by side. */
  private async searchPhrases(query: EngineQuery): Promise<EngineHits> {
    const { hits } = await this.index.search(queryText(query.query), {
      ...searchParameters(query),
      attributesToRetrieve: ['id', 'sessionId', 'textLength'],
      hitsPerPage: MAX_TOTAL_HITS,
      page: 1,
    });
    const candidates: PhraseCandidate[] = hits.map((hit) => ({
      id: String(hit['id']),
      sessionId: String(hit['sessionId']),
      textLength: Number(hit['textLength']),
    }));
    const found = (await withPhrases(this.index, candidates, query.query)).map(({ sessionId }) => sessionId);
    return { sessionIds: found.slice(query.offset, query.offset + query.limit), total: found.length };
  }
}

function searchParameters(query: EngineQuery): SearchParams {
  return { filter: filterOf(query), matchingStrategy: 'all' };
}

/** The smallest page size of which one page holds everything from `offset` to `offset + limit`. */
function pageSizeAround(offset: number, limit: number): number {
  let size = Math.max(limit, 1);
  while (Math.floor(offset / size) !== Math.floor((offset + Math.max(limit, 1) - 1) / size)) size++;
  return size;
}
