import type { Index, SearchParams } from 'meilisearch';
import { Meilisearch } from 'meilisearch';
import type {
  EngineHits,
  EngineQuery,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
  SearchEngine,
} from '../search-engine';
import { SearchAwayError } from '../search-engine';
import type { IndexedDocument } from './document';
import { documentId, toIndexedDocument } from './document';
import { errorCode, isAway, isRefusal } from './errors';
import { filterOf } from './filter';
import { differingSettings, MAX_TOTAL_HITS } from './index-settings';
import type { PhraseCandidate } from './phrase-check';
import { withPhrases } from './phrase-check';
import { hasLongPhrase, queryText } from './query-text';
import { TaskPoller } from './task-poller';

const REQUEST_TIMEOUT_MS = 30_000;
const SETUP_TIMEOUT_MS = 600_000;

/**
 * Compressed answers leave Meilisearch in several packets, the last of which waits for the acknowledgement of the
 * first: 45 ms instead of 5 for a page of 50.
 */
const UNCOMPRESSED = { 'Accept-Encoding': 'identity' };

/** Where the Meilisearch server is. */
export interface MeilisearchOptions {
  url: string;
  apiKey?: string | undefined;
  /** Name of the index. */
  index: string;
}

/** Search by a Meilisearch server (1.50 or newer), through its official client. */
export class MeilisearchEngine implements SearchEngine {
  readonly name = 'meilisearch';
  private readonly client: Meilisearch;
  private readonly index: Index<IndexedDocument>;
  private readonly tasks: TaskPoller;

  constructor(private readonly options: MeilisearchOptions) {
    this.client = new Meilisearch({
      host: options.url,
      ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
      timeout: REQUEST_TIMEOUT_MS,
      requestInit: { headers: UNCOMPRESSED },
    });
    this.index = this.client.index<IndexedDocument>(options.index);
    this.tasks = new TaskPoller(this.client);
  }

  /** Safe to run from several processes at once: creating twice and setting the same twice are harmless. */
  async prepare(): Promise<void> {
    const wait = { timeout: SETUP_TIMEOUT_MS };
    if (!(await this.exists())) {
      const task = await this.client.createIndex(this.options.index, { primaryKey: 'id' }).waitTask(wait);
      if (task.error && task.error.code !== 'index_already_exists') throw new Error(task.error.message);
    }
    const settings = differingSettings(await this.index.getSettings());
    if (Object.keys(settings).length === 0) return;
    const task = await this.index.updateSettings(settings).waitTask(wait);
    if (task.error) throw new Error(`Meilisearch refused the index's settings: ${task.error.message}`);
  }

  async submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    try {
      const uids: number[] = [];
      if (documents.length > 0) {
        uids.push((await this.index.addDocuments(documents.map(toIndexedDocument))).taskUid);
      }
      if (removals.length > 0)
        uids.push((await this.index.deleteDocuments(removals.map(documentId))).taskUid);
      return { settled: () => this.allOf(uids) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { settled: () => Promise.resolve({ status: 'failed', reason }) };
    }
  }

  async search(query: EngineQuery): Promise<EngineHits> {
    try {
      return hasLongPhrase(query.query) ? await this.searchPhrases(query) : await this.searchPage(query);
    } catch (error) {
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

  private async exists(): Promise<boolean> {
    try {
      await this.index.getRawInfo();
      return true;
    } catch (error) {
      if (errorCode(error) === 'index_not_found') return false;
      throw error;
    }
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

  private async allOf(taskUids: number[]): Promise<IndexOutcome> {
    const outcomes = await Promise.all(taskUids.map((uid) => this.tasks.outcome(uid)));
    return outcomes.find((outcome) => outcome.status === 'failed') ?? { status: 'succeeded' };
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
