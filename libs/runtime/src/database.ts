import { Injectable } from '@nestjs/common';
import { ConnectError, isDatabaseAway } from './connection-error';
import { CopyIn } from './copy-in';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';

/** What can run a statement: the pool, or the one connection of a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

/** The one connection of a transaction. */
export interface Transaction extends Queryable {
  /** Runs a `COPY … FROM STDIN` with rows in COPY's text format. Rejects with pg's `DatabaseError`. */
  copy(statement: string, rows: Iterable<Buffer>): Promise<void>;
}

/** SQL text, alone or with a name, under which each connection keeps it prepared. */
export type Statement = string | { readonly name: string; readonly text: string };

/**
 * Hand-written SQL over the data source's own connection pool. TypeORM's `query()` cannot prepare a statement by
 * name and takes a query runner for every call, which is why the hot paths come here.
 */
@Injectable()
export class Database implements Queryable {
  constructor(private readonly pool: Pool) {}

  /** Runs one statement on any free connection. Rejects with pg's `DatabaseError`. */
  query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[] = [],
  ): Promise<QueryResult<Row>> {
    return run<Row>(this.pool, statement, values);
  }

  /**
   * Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it rejects.
   *
   * @throws ConnectError before the work is begun
   */
  async transaction<Result>(work: (connection: Transaction) => Promise<Result>): Promise<Result> {
    const client = await this.connect();
    client.on('error', leaveToNextStatement);
    try {
      await client.query('BEGIN');
      const result = await work({
        query: <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[] = []) =>
          run<Row>(client, statement, values),
        copy: (statement, rows) => copyIn(client, statement, rows),
      });
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      await endFailed(client, error);
      throw error;
    } finally {
      client.off('error', leaveToNextStatement);
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw new ConnectError(error);
    }
  }
}

/**
 * A connection that breaks between two statements says so by an event, which would end the process if nobody listened;
 * the pool listens to idle connections only. The next statement rejects, which is all that has to happen.
 */
function leaveToNextStatement(): void {}

function run<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<QueryResult<Row>> {
  return typeof statement === 'string'
    ? target.query<Row>(statement, [...values])
    : target.query<Row>({ ...statement, values: [...values] });
}

function copyIn(client: PoolClient, statement: string, rows: Iterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(statement, rows, (error) => (error ? reject(error) : resolve())));
  });
}

/** A connection that is broken, or cannot even roll back, is dropped rather than handed to the next user. */
async function endFailed(client: PoolClient, failure: unknown): Promise<void> {
  if (isDatabaseAway(failure)) return client.release(true);
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
  }
}
