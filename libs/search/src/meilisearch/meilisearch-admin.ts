import type { DocumentsQuery, Index, Meilisearch } from 'meilisearch';
import { keyText } from '../document-keys';
import type { SearchDocumentKey } from '../search-engine';
import type { EngineTasks, FreshIndex, IndexPage, IndexScope, SearchIndexAdmin } from '../search-index-admin';
import type { MeilisearchOptions } from './client';
import { awayError, checkServes, createClient } from './client';
import type { IndexedDocument } from './document';
import { documentId } from './document';
import { errorCode, isAway } from './errors';
import { SETUP_TIMEOUT_MS, setUpIndex } from './index-setup';
import { IndexWriter } from './index-writer';
import { TaskPoller } from './task-poller';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const DOCUMENT_ID = new RegExp(`^(${UUID})_(${UUID})$`);

/** Ids asked for in one request: they travel in its address, which may be 65,535 bytes long. */
const IDS_AT_ONCE = 500;

/** Projects that are counted at a time. */
const COUNTED_AT_ONCE = 8;

/** Inspects an index of a Meilisearch server, and fills a new one that it swaps with it. */
export class MeilisearchAdmin implements SearchIndexAdmin {
  readonly name = 'meilisearch';
  private readonly client: Meilisearch;
  private readonly index: Index<IndexedDocument>;
  private readonly poller: TaskPoller;

  constructor(private readonly options: MeilisearchOptions) {
    this.client = createClient(options);
    this.index = this.client.index<IndexedDocument>(options.index);
    this.poller = new TaskPoller(this.client);
  }

  async total(): Promise<number> {
    return (await this.documents({ limit: 0 })).total;
  }

  async counts(projectIds: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let at = 0; at < projectIds.length; at += COUNTED_AT_ONCE) {
      await Promise.all(
        projectIds.slice(at, at + COUNTED_AT_ONCE).map(async (projectId) => {
          const { total } = await this.documents({ filter: filterOf({ projectId }), limit: 0 });
          counts.set(projectId, total);
        }),
      );
    }
    return counts;
  }

  async versions(keys: readonly SearchDocumentKey[]): Promise<Map<string, string>> {
    const versions = new Map<string, string>();
    for (let at = 0; at < keys.length; at += IDS_AT_ONCE) {
      const { results } = await this.documents({
        ids: keys.slice(at, at + IDS_AT_ONCE).map(documentId),
        fields: ['id', 'projectId', 'sessionId', 'version'],
        limit: IDS_AT_ONCE,
      });
      for (const document of results) {
        const key = keyOf(String(document['id']));
        if (key !== null) versions.set(keyText(key), versionOf(document, key));
      }
    }
    return versions;
  }

  async page(scope: IndexScope, from: string | null, limit: number): Promise<IndexPage> {
    const offset = Number(from ?? 0);
    const { results } = await this.documents({ filter: filterOf(scope), fields: ['id'], offset, limit });
    const ids = results.map((document) => String(document['id']));
    return {
      keys: ids.map(keyOf).filter((key) => key !== null),
      foreign: ids.filter((id) => keyOf(id) === null),
      next: ids.length < limit ? null : String(offset + limit),
    };
  }

  async removeForeign(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const removal = this.index.deleteDocuments([...ids]).waitTask({ timeout: SETUP_TIMEOUT_MS });
    await this.asked(succeeded(removal));
  }

  async tasks(): Promise<EngineTasks> {
    const count = async (status: 'enqueued' | 'processing') => {
      const { total } = await this.client.tasks.getTasks({
        indexUids: [this.options.index],
        statuses: [status],
        limit: 1,
      });
      return total;
    };
    return {
      waiting: await this.asked(count('enqueued')),
      processing: await this.asked(count('processing')),
    };
  }

  openFresh(): Promise<FreshIndex> {
    return this.asked(this.createFresh());
  }

  check(): Promise<void> {
    return checkServes(this.client, this.options);
  }

  close(): Promise<void> {
    this.poller.close();
    return Promise.resolve();
  }

  private async createFresh(): Promise<FreshIndex> {
    const live = this.options.index;
    const fresh = `${live}_rebuild`;
    const wait = { timeout: SETUP_TIMEOUT_MS };
    // A swap needs both, and searches meanwhile need settings. One that holds something has an indexer see to them, since
    // they would hold up its batches.
    if ((await this.total()) === 0) await setUpIndex(this.client, live);
    const removal = await this.client.deleteIndex(fresh).waitTask(wait);
    if (removal.error && removal.error.code !== 'index_not_found') throw new Error(removal.error.message);
    await setUpIndex(this.client, fresh);
    const writer = new IndexWriter(this.client.index<IndexedDocument>(fresh), this.poller);
    return {
      submit: async (documents, removals) => {
        const task = await this.asked(writer.submit(documents, removals));
        return { settled: () => this.asked(task.settled()) };
      },
      swap: async () => {
        const swap = this.client.swapIndexes([{ indexes: [live, fresh], rename: false }]);
        await this.asked(succeeded(swap.waitTask(wait)));
        await this.asked(succeeded(this.client.deleteIndex(fresh).waitTask(wait)));
      },
    };
  }

  /** Before the first worker has prepared the index it holds nothing, which is no error of those who look. */
  private async documents(query: DocumentsQuery<IndexedDocument>) {
    try {
      const { results, total } = await this.asked(this.index.getDocuments(query));
      return { results, total };
    } catch (error) {
      if (errorCode(error) === 'index_not_found') return { results: [], total: 0 };
      throw error;
    }
  }

  /** What the engine answers. Its being away is told as such, or it would be taken for the database's. */
  private async asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      throw isAway(error) ? awayError(this.options.url, error) : error;
    }
  }
}

function filterOf(scope: IndexScope): string {
  if ('projectId' in scope) return `projectId = ${JSON.stringify(scope.projectId)}`;
  return `NOT projectId IN [${scope.notOf.map((id) => JSON.stringify(id)).join(', ')}]`;
}

function keyOf(id: string): SearchDocumentKey | null {
  const [, projectId, sessionId] = DOCUMENT_ID.exec(id) ?? [];
  return projectId === undefined || sessionId === undefined ? null : { projectId, sessionId };
}

/** A document whose attributes contradict its id would be found in another project, or not at all. */
function versionOf(document: IndexedDocument, key: SearchDocumentKey): string {
  const { version, projectId, sessionId } = document;
  const isConsistent = projectId === key.projectId && sessionId === key.sessionId;
  return isConsistent && typeof version === 'string' ? version : '';
}

async function succeeded(task: Promise<{ error: { message: string } | null }>): Promise<void> {
  const { error } = await task;
  if (error) throw new Error(`Meilisearch refused: ${error.message}`);
}
