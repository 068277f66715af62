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
 * Documents prepared before others get a turn, some milliseconds: the 5,000 of a batch at once would, by estimate, hold up
 * the storing of sessions beside it for a third of a second.
 */
const DOCUMENTS_PER_TURN = 100;

/**
 * Documents sent at a time. Meilisearch works on what waits there together, so two of its tasks are as good as one, and
 * the 5,000 of a batch at once, which are held as text and as bytes, had a worker grow to 244 to 263 MB instead of 241 to
 * 251. 1,000 gave 237 to 243, but it may begin with no more than the first of them.
 */
const DOCUMENTS_PER_TASK = 2500;

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
      for (let first = 0; first < documents.length; first += DOCUMENTS_PER_TASK) {
        const lines = await documentLines(documents.slice(first, first + DOCUMENTS_PER_TASK), claim);
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
