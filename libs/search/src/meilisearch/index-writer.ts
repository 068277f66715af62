import { setImmediate as nextTurn } from 'node:timers/promises';
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

/**
 * Documents prepared before others get a turn, some milliseconds: the 2,500 of a batch at once would, by estimate, hold up
 * the storing of sessions beside it for a sixth of a second.
 */
const DOCUMENTS_PER_TURN = 100;

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
        const lines = await documentLines(documents, claim);
        uids.push((await this.index.addDocumentsFromString(lines, 'application/x-ndjson')).taskUid);
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

/** A line of JSON for each document. */
async function documentLines(documents: readonly SearchDocument[], claim?: string): Promise<string> {
  const lines: string[] = [];
  for (const [at, document] of documents.entries()) {
    lines.push(JSON.stringify(toIndexedDocument(document, claim)));
    if ((at + 1) % DOCUMENTS_PER_TURN === 0) await nextTurn();
  }
  return lines.join('\n');
}
