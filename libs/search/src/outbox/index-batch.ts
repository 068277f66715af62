import type { Database } from '@sessions/runtime';
import type { DocumentSink, IndexTask, SearchDocument, SearchDocumentKey } from '../search-engine';
import type { OutboxEntry } from './outbox';
import { keyText, loadDocuments, sessionSizes } from './session-loader';

/** Cuts claimed rows into batches that hold at most `maxBytes` of text each; a longer session is alone in one. */
export async function batchesBySize(
  database: Database,
  entries: readonly OutboxEntry[],
  maxBytes: number,
): Promise<OutboxEntry[][]> {
  const sizes = await sessionSizes(database, entries);
  const batches: OutboxEntry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const size = sizes.get(keyText(entry)) ?? 0;
    if (bytes + size > maxBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(entry);
    bytes += size;
  }
  return batches;
}

/** What an engine is given of a batch. */
export interface LoadedBatch {
  documents: SearchDocument[];
  /** Of what exists no more. */
  removals: SearchDocumentKey[];
}

/** Loads the sessions of a batch. */
export async function loadBatch(database: Database, entries: readonly OutboxEntry[]): Promise<LoadedBatch> {
  const documents = await loadDocuments(database, entries);
  const existing = new Set(documents.map(keyText));
  const removals: SearchDocumentKey[] = entries
    .filter((entry) => !existing.has(keyText(entry)))
    .map(({ projectId, sessionId }) => ({ projectId, sessionId }));
  return { documents, removals };
}

/** Loads the sessions of a batch and hands them to the engine. */
export async function submitBatch(
  database: Database,
  sink: DocumentSink,
  entries: readonly OutboxEntry[],
): Promise<IndexTask> {
  const { documents, removals } = await loadBatch(database, entries);
  return sink.submit(documents, removals);
}

/** What is to be done with the entries of a batch in the end. */
export interface BatchEnding {
  /** They are indexed. */
  complete(entries: readonly OutboxEntry[]): Promise<void>;
  /** They will come to their ends at different times. */
  divide(entries: readonly OutboxEntry[]): Promise<void>;
  /** The engine will never take it. */
  park(entry: OutboxEntry, reason: string): Promise<void>;
}

/** What came of a batch: the rows that are indexed, and those that the engine will never take. */
export interface BatchResult {
  indexed: number;
  parked: OutboxEntry[];
}

/**
 * Sees a submitted batch to its end. A batch that the engine refuses is halved and sent again until what it refuses
 * stands alone, which is parked. Rejects when the engine or the database is away.
 */
export async function finishBatch(
  database: Database,
  sink: DocumentSink,
  ending: BatchEnding,
  entries: readonly OutboxEntry[],
  task: IndexTask,
): Promise<BatchResult> {
  const outcome = await task.settled();
  const [first] = entries;
  if (outcome.status === 'succeeded' || first === undefined) {
    await ending.complete(entries);
    return { indexed: entries.length, parked: [] };
  }
  if (entries.length === 1) {
    await ending.park(first, outcome.reason);
    return { indexed: 0, parked: [first] };
  }
  await ending.divide(entries);
  const middle = Math.ceil(entries.length / 2);
  const result: BatchResult = { indexed: 0, parked: [] };
  for (const half of [entries.slice(0, middle), entries.slice(middle)]) {
    const { indexed, parked } = await finishBatch(
      database,
      sink,
      ending,
      half,
      await submitBatch(database, sink, half),
    );
    result.indexed += indexed;
    result.parked.push(...parked);
  }
  return result;
}
