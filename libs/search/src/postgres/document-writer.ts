import { setImmediate as nextTurn } from 'node:timers/promises';
import { isInternalFault, isStatementTimeout } from '@sessions/runtime';
import type { Database, Queryable } from '@sessions/runtime';
import { DatabaseError } from 'pg';
import type {
  DocumentSink,
  IndexOutcome,
  IndexTask,
  SearchDocument,
  SearchDocumentKey,
} from '../search-engine';
import { keyColumns, keyText } from '../document-keys';
import { DocumentColumns } from './document-columns';
import type { DocumentRow } from './document-rows';
import { documentRows } from './document-rows';
import type { NewWords } from './new-words';
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

/**
 * Batches written at a time. One by itself left a quarter of two processors idle: 10,200 sessions/s, not 11,700. Three made
 * 12,200, which searches and the storing of sessions beside them would pay for.
 */
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
 * Writes documents to one pair of tables, two batches at a time, begun in the order in which they were submitted. One that
 * shares a session with a batch that is being written waits for it: the version submitted last is the one that stays. Parts
 * of one that takes too long, or that the database fails of, may be written, and show which session it is.
 */
export class DocumentWriter implements DocumentSink {
  private readonly segments = new SegmentRotation();
  /** Ends once the batch submitted last is begun, or cannot be. */
  private lastTurn: Promise<void> = Promise.resolve();
  /** The batches being written, by when they end, and the sessions in them. */
  private readonly writing = new Map<Promise<void>, ReadonlySet<string>>();

  constructor(
    private readonly database: Database,
    private readonly vocabulary: Vocabulary,
    private readonly tables: DocumentTables,
  ) {}

  /** Resolves once the batch is being written, so that the caller loads the next one meanwhile, and no more than that. */
  submit(documents: SearchDocument[], removals: SearchDocumentKey[]): Promise<IndexTask> {
    const newWords = this.vocabulary.gather();
    const prepared = this.prepare(documents, newWords);
    const task = Promise.all([prepared, this.lastTurn]).then(([batch]) =>
      this.begin(batch, newWords, removals),
    );
    // Whoever submitted it hears of a failure; the next batch is written regardless.
    this.lastTurn = task.then(ignore, ignore);
    return task;
  }

  private async begin(
    batch: PreparedBatch,
    newWords: NewWords,
    removals: readonly SearchDocumentKey[],
  ): Promise<IndexTask> {
    const sessions = new Set([...batch.keys, ...removals].map(keyText));
    for (let before = this.before(sessions); before.length > 0; before = this.before(sessions)) {
      await Promise.race(before);
    }
    const written = this.write(batch, newWords, removals);
    const ended = written.then(ignore, ignore).then(() => void this.writing.delete(ended));
    this.writing.set(ended, sessions);
    return { settled: () => written };
  }

  /** Of which one has to end before these sessions are written. */
  private before(sessions: ReadonlySet<string>): Promise<void>[] {
    const isFull = this.writing.size >= WRITES_AT_ONCE;
    const shares = (others: ReadonlySet<string>) => [...sessions].some((session) => others.has(session));
    return [...this.writing].flatMap(([ended, others]) => (isFull || shares(others) ? [ended] : []));
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
      if (isStatementTimeout(error) || isInternalFault(error)) {
        return { status: 'failed', reason: (error as Error).message, mayPass: true };
      }
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
