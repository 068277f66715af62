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
import type { DocumentRow } from './document-rows';
import { documentRows } from './document-rows';
import type { NewWords } from './new-words';
import { keyText } from '../outbox/session-loader';
import { SegmentRotation } from './segment-rotation';
import type { Vocabulary } from './vocabulary';
import type { DocumentTables } from './write-statements';
import {
  chunkColumns,
  deleteChunks,
  deleteDocuments,
  documentColumns,
  insertChunks,
  upsertDocuments,
} from './write-statements';

/** Classes of SQLSTATE that are about the data: wrong values, violated constraints, exceeded limits. */
const REFUSALS = ['21', '22', '23', '54'];

/** Sessions prepared before others get a turn, some milliseconds: the batch before has statements to send meanwhile. */
const SESSIONS_PER_TURN = 100;

/**
 * Writes documents to one pair of tables, batch after batch in the order in which they were submitted: two at a time
 * would wait for each other's rows and pages of the index.
 */
export class DocumentWriter implements DocumentSink {
  private readonly segments = new SegmentRotation();
  /** Ends, well or not, with the last batch submitted. */
  private lastWrite: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly vocabulary: Vocabulary,
    private readonly tables: DocumentTables,
  ) {}

  /**
   * Resolves once the batch before is written and this one is being written, so that the caller loads the next one
   * meanwhile, and no more than that.
   */
  async submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    const newWords = this.vocabulary.gather();
    const prepared = this.rowsOf(documents, newWords);
    const before = this.lastWrite;
    const written = before.then(async () => this.write(await prepared, newWords, removals));
    // Whoever waits for the task hears of a failure; the next batch is written regardless.
    this.lastWrite = written.then(ignore, ignore);
    await Promise.all([before, prepared]);
    return { settled: () => written };
  }

  private async rowsOf(documents: readonly SearchDocument[], newWords: NewWords): Promise<DocumentRow[]> {
    const latest = [...new Map(documents.map((document) => [keyText(document), document])).values()];
    const segment = this.segments.next(latest.length);
    const rows: DocumentRow[] = [];
    while (rows.length < latest.length) {
      await nextTurn();
      const turn = latest.slice(rows.length, rows.length + SESSIONS_PER_TURN);
      rows.push(...documentRows(turn, segment, newWords));
    }
    return rows;
  }

  /** Until both are done the sessions stay in the outbox, where searches find them with any typo. */
  private async write(
    rows: DocumentRow[],
    newWords: NewWords,
    removals: readonly SearchDocumentKey[],
  ): Promise<IndexOutcome> {
    const documents = this.database.transaction(async (connection) => {
      if (rows.length > 0) await this.store(connection, rows);
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

  private async store(connection: Queryable, rows: DocumentRow[]): Promise<void> {
    await connection.query(upsertDocuments(this.tables), documentColumns(rows));
    await connection.query(deleteChunks(this.tables), keyColumns(rows.map(({ document }) => document)));
    const long = rows.filter(({ chunks }) => chunks.length > 0);
    if (long.length > 0) await connection.query(insertChunks(this.tables), chunkColumns(long));
  }
}

function ignore(): void {}

function keyColumns(keys: readonly SearchDocumentKey[]): [string[], string[]] {
  return [keys.map(({ projectId }) => projectId), keys.map(({ sessionId }) => sessionId)];
}
