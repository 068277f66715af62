import type { AcceptedSession } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Database, Transaction } from '@sessions/runtime';
import { SessionWriter } from '@sessions/storage';
import { createDatabase } from '../../support/backends';
import type { BenchContext } from '../context';

/** A COPY and what it sends. */
type Copy = Parameters<Transaction['copy']>;

/** Sessions of a transaction. */
const BATCH = 5000;

/** Everything that storing a session of the example writes to. */
export const STORED_TABLES = 'sessions, session_messages, session_links, contacts, search_outbox';

/** Empties what sessions are stored in, and has the server write down what it put off. */
export async function emptyTables(database: Database): Promise<void> {
  await database.query(`TRUNCATE ${STORED_TABLES}`);
  await database.query('CHECKPOINT');
}

/**
 * The rows that the product stores, copied into the same tables and indexes by one connection, 5,000 sessions a
 * transaction. The rows are made before; the triggers that count sessions are the product's own and do not run.
 */
export class CopiedRows {
  private constructor(
    private readonly database: Database,
    private readonly transactions: readonly Copy[][],
  ) {}

  static async prepare(context: BenchContext, sessions: readonly AcceptedSession[]): Promise<CopiedRows> {
    const own = await createDatabase();
    context.atEnd(() => own.drop());
    const dataSource = createDataSource(own.url, { poolSize: 1 });
    await dataSource.initialize();
    context.atEnd(() => dataSource.destroy());
    const database = databaseOf(dataSource);
    await database.query('ALTER TABLE sessions DISABLE TRIGGER USER');
    const transactions: Copy[][] = [];
    for (let start = 0; start < sessions.length; start += BATCH) {
      transactions.push(await copiesOf(sessions.slice(start, start + BATCH)));
    }
    return new CopiedRows(database, transactions);
  }

  /** Copies all of them into empty tables; returns sessions/s. */
  async sessionsPerSecond(sessions: number): Promise<number> {
    await emptyTables(this.database);
    const start = performance.now();
    for (const copies of this.transactions) {
      await this.database.transaction(async (connection) => {
        for (const [statement, rows] of copies) await connection.copy(statement, rows);
      });
    }
    return (sessions * 1000) / (performance.now() - start);
  }
}

/** What the product copies for new sessions, noted instead of sent. Its few other statements find nothing to do. */
async function copiesOf(sessions: readonly AcceptedSession[]): Promise<Copy[]> {
  const copies: Copy[] = [];
  const note: Pick<Transaction, 'copy' | 'query'> = {
    query: () => Promise.resolve({ rows: [] } as never),
    copy: (statement, rows) => {
      copies.push([statement, [...rows]]);
      return Promise.resolve();
    },
  };
  const recorder = { transaction: (work: (connection: typeof note) => unknown) => work(note) };
  await new SessionWriter(recorder as unknown as Database).write(sessions);
  return copies;
}
