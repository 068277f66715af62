import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Queryable } from '@sessions/runtime';
import { DatabaseError } from 'pg';
import type {
  DocumentSink,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
} from '../search-engine';
import { DocumentColumns } from './document-columns';
import type { DocumentRow } from './document-rows';
import { documentRows } from './document-rows';
import type { NewWords } from './new-words';
import { keyColumns, keyText } from '../outbox/session-loader';
import { SegmentRotation } from './segment-rotation';
import type { Vocabulary } from './vocabulary';
import type { DocumentTables } from './write-statements';
import {
  chunkColumns,
  COMMIT_WITHOUT_WAITING,
  deleteChunks,
  deleteDocuments,
  insertChunks,
  upsertDocuments,
} from './write-statements';

/** Classes of SQLSTATE that are about the data: wrong values, violated constraints, exceeded limits. */
const REFUSALS = ['21', '22', '23', '54'];

/** Sessions prepared before others get a turn, some milliseconds: the batch before has statements to send meanwhile. */
const SESSIONS_PER_TURN = 100;

/** Batches written at a time. One by itself left a quarter of two processors idle: 10,200 sessions/s, not 11,700; three made 12,200. */
const WRITES_AT_ONCE = 2;

/** What is to be written of a batch. */
interface PreparedBatch {
  keys: readonly SearchDocumentKey[];
  /** The parameters of `upsertDocuments`. */
  columns: string[];
  /** Those that need chunks. */
  long: DocumentRow[];
}

/**
 * Writes documents to one pair of tables, begun in the order in which they were submitted, a few batches at a time. One
 * that is overtaken by a newer version of a session puts back an older one, as another process may; whoever completes it
 * in the outbox finds it changed, and has it indexed again.
 */
export class DocumentWriter implements DocumentSink {
  private readonly segments = new SegmentRotation();
  /** The last writes begun, the oldest first; each ends well, however its batch ends. */
  private writes: Promise<void>[] = Array.from({ length: WRITES_AT_ONCE }, () => Promise.resolve());

  constructor(
    private readonly database: Database,
    private readonly vocabulary: Vocabulary,
    private readonly tables: DocumentTables,
  ) {}

  /**
   * Resolves once this batch is being written, so that the caller loads the next one meanwhile, and no more than that.
   */
  async submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    const newWords = this.vocabulary.gather();
    const prepared = this.prepare(documents, newWords);
    const [before = Promise.resolve(), ...others] = this.writes;
    const written = before.then(async () => this.write(await prepared, newWords, removals));
    // Whoever waits for the task hears of a failure; the next batch is written regardless.
    this.writes = [...others, written.then(ignore, ignore)];
    await Promise.all([before, prepared]);
    return { settled: () => written };
  }

  private async prepare(documents: readonly SearchDocument[], newWords: NewWords): Promise<PreparedBatch> {
    const latest = [...new Map(documents.map((document) => [keyText(document), document])).values()];
    const segment = this.segments.next(latest.length);
    const columns = new DocumentColumns();
    const long: DocumentRow[] = [];
    for (let from = 0; from < latest.length; from += SESSIONS_PER_TURN) {
      await nextTurn();
      const rows = documentRows(latest.slice(from, from + SESSIONS_PER_TURN), segment, newWords);
      columns.add(rows);
      long.push(...rows.filter(({ chunks }) => chunks.length > 0));
    }
    return { keys: latest, columns: columns.values(), long };
  }

  /** Until both are done the sessions stay in the outbox, where searches find them with any typo. */
  private async write(
    batch: PreparedBatch,
    newWords: NewWords,
    removals: readonly SearchDocumentKey[],
  ): Promise<IndexOutcome> {
    const documents = this.database.transaction(async (connection) => {
      await connection.query(COMMIT_WITHOUT_WAITING);
      if (batch.keys.length > 0) await this.store(connection, batch);
      if (removals.length > 0) await connection.query(deleteDocuments(this.tables), keyColumns(removals));
    });
    const ends = await Promise.allSettled([documents, this.vocabulary.store(newWords)]);
    try {
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      return { status: 'succeeded' };
    } catch (error) {
      if (error instanceof DatabaseError && REFUSALS.includes(error.code?.slice(0, 2) ?? '')) {
        return { status: 'failed', reason: error.message };
      }
      throw error;
    }
  }

  private async store(connection: Queryable, { keys, columns, long }: PreparedBatch): Promise<void> {
    await connection.query(upsertDocuments(this.tables), columns);
    await connection.query(deleteChunks(this.tables), keyColumns(keys));
    if (long.length > 0) await connection.query(insertChunks(this.tables), chunkColumns(long));
  }
}

function ignore(): void {}
