import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { isDatabaseAway } from './connection-error';
import { Database } from './database';

/** A pool of one connection that notes what it is asked; statements named in `failing` reject. */
function fakePool(failing: Record<string, Error> = {}) {
  const asked: unknown[] = [];
  const query = jest.fn((statement: string | { text: string }, values?: unknown[]) => {
    asked.push(values === undefined ? statement : [statement, values]);
    const text = typeof statement === 'string' ? statement : statement.text;
    return failing[text] === undefined
      ? Promise.resolve({ rows: [{ text }] })
      : Promise.reject(failing[text]);
  });
  const release = jest.fn();
  const client = Object.assign(new EventEmitter(), { query, release });
  const connect = jest.fn(() => Promise.resolve(client));
  return {
    client,
    asked,
    release,
    connect,
    database: new Database({ query, connect } as unknown as Pool),
  };
}

describe('Database', () => {
  it('runs SQL text, and prepares a statement that has a name', async () => {
    const { database, asked } = fakePool();
    await database.query('SELECT $1', [1]);
    const { rows } = await database.query({ name: 'one', text: 'SELECT 1' }, [2]);
    expect(asked).toEqual([['SELECT $1', [1]], { name: 'one', text: 'SELECT 1', values: [2] }]);
    expect(rows).toEqual([{ text: 'SELECT 1' }]);
  });

  it('commits what a transaction did, on one connection', async () => {
    const { database, asked, release, connect } = fakePool();
    const work = database.transaction(async (connection) => {
      await connection.query('INSERT', [1]);
      return 'done';
    });
    await expect(work).resolves.toBe('done');
    expect(asked).toEqual(['BEGIN', ['INSERT', [1]], 'COMMIT']);
    expect(connect).toHaveBeenCalledTimes(1);
    expect(release.mock.calls).toEqual([[]]);
  });

  it.each(['INSERT', 'COMMIT'])('rolls back when %s fails, and rejects with why', async (failing) => {
    const why = new Error('refused');
    const { database, asked, release } = fakePool({ [failing]: why });
    await expect(database.transaction((connection) => connection.query('INSERT'))).rejects.toBe(why);
    expect(asked.at(-1)).toBe('ROLLBACK');
    expect(asked).not.toContain(failing === 'INSERT' ? 'COMMIT' : '');
    expect(release.mock.calls).toEqual([[]]);
  });

  it('drops a connection that cannot even roll back, and still says what went wrong first', async () => {
    const [why, broken] = [new Error('terminated'), new Error('not queryable')];
    const { database, release } = fakePool({ INSERT: why, ROLLBACK: broken });
    await expect(database.transaction((connection) => connection.query('INSERT'))).rejects.toBe(why);
    expect(release.mock.calls).toEqual([[broken]]);
  });

  it('outlives a connection that breaks between two statements, and leaves no listener behind', async () => {
    const { database, client } = fakePool();
    await database.transaction(() => Promise.resolve(client.emit('error', new Error('terminated'))));
    expect(client.listenerCount('error')).toBe(0);
  });

  it.each([
    new Error('timeout exceeded when trying to connect'),
    new Error('The server does not support SSL connections'),
    Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
  ])('says that the database is away when no connection is to be had, with why: %s', async (why) => {
    const { database, connect } = fakePool();
    connect.mockRejectedValueOnce(why);
    const error: unknown = await database.transaction(() => Promise.resolve()).catch((one: unknown) => one);
    expect(error).toMatchObject({ cause: why });
    expect(isDatabaseAway(error)).toBe(true);
  });
});
