import type { Database } from '@sessions/runtime';
import { keyText } from '../document-keys';
import type { DocumentSink, IndexTask, SearchDocument, SearchDocumentKey } from '../search-engine';
import type { OutboxEntry } from './outbox';
import { loadDocuments, loadSized } from './session-loader';

/** What an engine is given of a batch. */
export interface LoadedBatch {
  documents: SearchDocument[];
  /** Of what exists no more. */
  removals: SearchDocumentKey[];
}

/** Rows that go to the engine together. What is long is loaded when its turn comes, the rest has been already. */
export interface Batch extends LoadedBatch {
  entries: OutboxEntry[];
  /** Those whose sessions have yet to be loaded. */
  long: OutboxEntry[];
}

/**
 * Cuts rows into batches that hold at most `maxBytes` of text each; a longer session is alone in one. A session is long
 * when it has more than its share of that, so that what is loaded here is never more than one batch.
 */
export async function cutIntoBatches(
  database: Database,
  entries: readonly OutboxEntry[],
  maxBytes: number,
): Promise<Batch[]> {
  const sessions = await loadSized(database, entries, Math.floor(maxBytes / entries.length));
  const batches: Batch[] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const session = sessions.get(keyText(entry));
    const size = session?.bytes ?? 0;
    if (bytes + size > maxBytes) {
      batches.push({ entries: [], documents: [], removals: [], long: [] });
      bytes = 0;
    }
    const batch = batches.at(-1);
    batch?.entries.push(entry);
    if (session === undefined) batch?.removals.push(keyOf(entry));
    else if (session.document === null) batch?.long.push(entry);
    else batch?.documents.push(session.document);
    bytes += size;
  }
  return batches;
}

/** Loads what is long in a batch. */
export async function loadBatch(database: Database, batch: Batch): Promise<LoadedBatch> {
  const { documents, removals, long } = batch;
  if (long.length === 0) return batch;
  const loaded = await loadDocuments(database, long);
  const existing = new Set(loaded.map(keyText));
  const gone = long.filter((entry) => !existing.has(keyText(entry))).map(keyOf);
  return { documents: [...documents, ...loaded], removals: [...removals, ...gone] };
}

/** Loads what is long in a batch and hands it to the engine. */
export async function submitBatch(database: Database, sink: DocumentSink, batch: Batch): Promise<IndexTask> {
  const { documents, removals } = await loadBatch(database, batch);
  return sink.submit(documents, removals);
}

function keyOf({ projectId, sessionId }: OutboxEntry): SearchDocumentKey {
  return { projectId, sessionId };
}

/** What is to be done with the entries of a batch in the end. */
export interface BatchEnding {
  /** They are indexed. */
  complete(entries: readonly OutboxEntry[]): Promise<void>;
  /** They will come to their ends at different times. */
  divide(entries: readonly OutboxEntry[]): Promise<void>;
  /** The engine may take them later. */
  release(entries: readonly OutboxEntry[]): Promise<void>;
  /** The engine will never take it. Resolves to whether it is parked, which it is not if it changed meanwhile. */
  park(entry: OutboxEntry, reason: string): Promise<boolean>;
}

/**
 * How often a session is given to an engine again that does not say why it refuses it: for ten seconds. Attempts that an
 * outage took count as well; what is parked too soon after one lies, whole, among the dead letters.
 */
const MAX_UNEXPLAINED = 5;

/** What came of a batch: the rows that are indexed, and those that the engine will never take. */
export interface BatchResult {
  indexed: number;
  parked: OutboxEntry[];
}

/**
 * Sees a submitted batch to its end. A batch that the engine refuses is halved and sent again until what it refuses
 * stands alone, which is parked, or given back a few times first where it may be taken later. Rejects when the engine or
 * the database is away.
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
    if (outcome.mayPass && first.attempts < MAX_UNEXPLAINED) {
      await ending.release(entries);
      return { indexed: 0, parked: [] };
    }
    const isParked = await ending.park(first, outcome.reason);
    return { indexed: 0, parked: isParked ? [first] : [] };
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
      await submitBatch(database, sink, { entries: half, documents: [], removals: [], long: half }),
    );
    result.indexed += indexed;
    result.parked.push(...parked);
  }
  return result;
}
