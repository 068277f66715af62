import type { Index } from 'meilisearch';
import type {
  DocumentSink,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
} from '../search-engine';
import type { IndexedDocument } from './document';
import { documentId, toIndexedDocument } from './document';
import { isRefusal } from './errors';
import type { TaskPoller } from './task-poller';

/** Writes documents to one index. */
export class IndexWriter implements DocumentSink {
  constructor(
    private readonly index: Index<IndexedDocument>,
    private readonly tasks: TaskPoller,
  ) {}

  async submit(
    documents: SearchDocument[],
    removals: SearchDocumentKey[],
    claim?: string,
  ): Promise<IndexTask> {
    try {
      const uids: number[] = [];
      if (documents.length > 0) {
        const indexed = documents.map((document) => toIndexedDocument(document, claim));
        uids.push((await this.index.addDocuments(indexed)).taskUid);
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

  private async allOf(taskUids: number[]): Promise<IndexOutcome> {
    const outcomes = await Promise.all(taskUids.map((uid) => this.tasks.outcome(uid)));
    return outcomes.find((outcome) => outcome.status === 'failed') ?? { status: 'succeeded' };
  }
}
