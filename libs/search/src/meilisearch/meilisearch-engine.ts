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
import { MAX_TOTAL_HITS, pageWithin, SearchAwayError } from '../search-engine';
import type { MeilisearchOptions } from './client';
import { checkServes, createClient, SEARCH_TIMEOUT_MS } from './client';
import type { IndexedDocument } from './document';
import { errorCode, isAway } from './errors';
import { filterOf } from './filter';
import { needsSetUp, setUpIndex } from './index-setup';
import { IndexWriter } from './index-writer';
import type { PhraseCandidate } from './phrase-check';
import { withPhrases } from './phrase-check';
import { hasLongPhrase, queryText } from './query-text';
import { TaskPoller } from './task-poller';

/**
 * Most sessions that a filter leaves out by their ids; of more, all hits are fetched and these dropped here. Meilisearch
 * reads a filter in a time that grows with the square of its length: 500 ids take 40 ms, 1,000 100, 3,000 600 to 1,200,
 * also when they are cut into several filters, which it joins again.
 */
const MAX_EXCLUDED_BY_FILTER = 250;

/** Search by a Meilisearch server (1.50 or newer), through its official client. */
export class MeilisearchEngine implements SearchEngine {
  readonly name = 'meilisearch';
  /**
   * It works together on what waits there, so twice as many batches of half the size are as good: with 5,000 it indexed
   * 0.68 to 0.77 times as fast as when it has all at once, with 2,500 0.71 to 0.74, and a worker, which holds two batches,
   * grew to 230 to 242 MB instead of 241 to 251. Fewer still, and it may begin with no more than the first of them.
   */
  readonly batchSize = 2500;
  /**
   * While it works on some batches, all that are handed over wait to be the next, and nine times the sessions take it
   * 6.5 times as long: a second at a million sessions, however few. With 30,000 in flight it did 5,000 and 25,000 in turn,
   * and was 0.66 times as fast as when it has all at once from empty, with 60,000 0.84 times. 100,000 did no better there;
   * onto 200,000 they made 0.71 times instead of 0.59 with 30,000, but a worker grew by 38 MB. What a worker has in flight
   * when it is killed, or cannot end in half of SHUTDOWN_SECONDS, is done again: up to 60,000 sessions.
   */
  readonly batchesInFlight = 24;
  /**
   * At 2,000 sessions/s and 10,000 stored it got 45 tasks a minute instead of 150, and p99 until a session was found by a
   * search was 497 and 792 ms instead of 2,006, in the list 316 and 419 instead of 856. Longer, and more sessions than
   * searches look at would wait.
   */
  readonly lingerMs = 1000;
  private readonly client: Meilisearch;
  /** For searches, which wait less long than batches. */
  private readonly searched: Index<IndexedDocument>;
  private readonly tasks: TaskPoller;
  private readonly writer: IndexWriter;

  constructor(private readonly options: MeilisearchOptions) {
    this.client = createClient(options);
    this.searched = createClient(options, SEARCH_TIMEOUT_MS).index<IndexedDocument>(options.index);
    this.tasks = new TaskPoller(this.client);
    this.writer = new IndexWriter(this.client.index<IndexedDocument>(options.index), this.tasks);
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
      return mustSeeAllHits(query) ? await this.searchAllHits(query) : await this.searchPage(query);
    } catch (error) {
      if (errorCode(error) === 'invalid_search_filter') {
        if (query.except && query.except.claims.length > 0)
          return this.search({ ...query, except: withoutClaims(query.except) });
        throw new SearchAwayError('The index is not set up: start a worker.', { cause: error });
      }
      // Before the first worker has prepared the index nothing is indexed, which is no error of the search.
      if (errorCode(error) === 'index_not_found') return { sessionIds: [], total: 0 };
      if (isAway(error)) throw new SearchAwayError('Meilisearch does not serve searches.', { cause: error });
      throw error;
    }
  }

  check(): Promise<void> {
    return checkServes(this.client, this.options);
  }

  close(): Promise<void> {
    this.tasks.close();
    return Promise.resolve();
  }

  private async searchPage(query: EngineQuery): Promise<EngineHits> {
    const { offset, limit } = pageWithin(query);
    const hitsPerPage = pageSizeAround(offset, limit);
    const page = Math.floor(offset / hitsPerPage) + 1;
    const result = await this.searched.search(queryText(query.query), {
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

  /**
   * Drops from all hits what is to be left out, and of the first 10,000 that are left what does not hold a phrase: that
   * only the text tells. As many more are fetched as may be dropped; what changed last is ranked first among equals, so
   * these are the very ones that would fill the page. An index that an older worker has set up gives 10,000 in all.
   */
  private async searchAllHits(query: EngineQuery): Promise<EngineHits> {
    const { claims = [], maybeIndexed = [] } = query.except ?? {};
    const excluded = new Set(maybeIndexed);
    const except = { sessionIds: [], claims, maybeIndexed: [] };
    const { hits } = await this.searched.search(queryText(query.query), {
      ...searchParameters({ ...query, except }),
      attributesToRetrieve: ['id', 'sessionId', 'textLength'],
      hitsPerPage: MAX_TOTAL_HITS + excluded.size,
      page: 1,
    });
    const candidates: PhraseCandidate[] = hits.map((hit) => ({
      id: String(hit['id']),
      sessionId: String(hit['sessionId']),
      textLength: Number(hit['textLength']),
    }));
    const left = candidates.filter(({ sessionId }) => !excluded.has(sessionId)).slice(0, MAX_TOTAL_HITS);
    const found = hasLongPhrase(query.query) ? await withPhrases(this.searched, left, query.query) : left;
    const sessionIds = found.map(({ sessionId }) => sessionId);
    return {
      sessionIds: sessionIds.slice(query.offset, query.offset + query.limit),
      total: found.length,
      ...(left.length >= MAX_TOTAL_HITS && found.length < left.length ? { isCut: true } : {}),
    };
  }
}

function mustSeeAllHits({ query, except }: EngineQuery): boolean {
  return hasLongPhrase(query) || (except?.maybeIndexed.length ?? 0) > MAX_EXCLUDED_BY_FILTER;
}

/** While a worker of an older version, which does not know of claims, has set the index up. */
function withoutClaims({ sessionIds }: Exclusion): Exclusion {
  return { sessionIds, claims: [], maybeIndexed: sessionIds };
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
