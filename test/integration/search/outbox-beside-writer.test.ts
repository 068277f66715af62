import type { Transaction } from '@sessions/runtime';
import { Outbox } from '@sessions/search';
import { queueForIndexing } from '../../../libs/storage/src/sessions/session-writes';
import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';
import type { IndexerSuite } from './indexer-suite';

const LEASE_MS = 60_000;

describe('the outbox, beside a writer whose transaction is open', () => {
  const given = useIndexers();
  let commit: () => Promise<void>;

  afterEach(() => commit());

  const change = async (sessionId: string, name: string) => {
    commit = await changed(given, sessionId, name);
  };

  /** Resolves once a statement of this database waits for a lock. */
  const someoneWaits = () =>
    eventually(async () => {
      const { rowCount } = await given.database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });

  it('passes over the row that is held when it claims, and gets it afterwards', async () => {
    const outbox = new Outbox(given.database);
    const [held, free] = [await given.store(), await given.store()];
    await change(held, 'after');
    const claim = async () => (await outbox.claim(10, LEASE_MS)).map(({ sessionId }) => sessionId);
    expect(await claim()).toEqual([free]);
    await commit();
    expect(await claim()).toEqual([held]);
  });

  it('waits for the row that is held when it completes, and keeps what has changed', async () => {
    const outbox = new Outbox(given.database);
    const [held, free] = [await given.store(), await given.store()];
    const claimed = await outbox.claim(10, LEASE_MS);
    await change(held, 'after');
    const completed = outbox.complete(claimed);
    await someoneWaits();
    await commit();
    await completed;
    const again = await outbox.claim(10, LEASE_MS);
    expect(claimed.map(({ sessionId }) => sessionId).sort()).toEqual([held, free].sort());
    expect(again.map(({ sessionId }) => sessionId)).toEqual([held]);
    await outbox.complete(again);
    expect(await given.waiting()).toBe(0);
  });

  it('has the session indexed once more when its batch ends meanwhile', async () => {
    given.engine.hold();
    const sessionId = await given.store({ name: 'before' });
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    await change(sessionId, 'after');
    given.engine.release();
    await someoneWaits();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('before');
    await commit();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
  });
});

describe('the outbox indexer, while somebody holds a row for longer than a statement waits', () => {
  const given = useIndexers({ lockTimeoutMs: 1000 });

  it('indexes what else there is, and that session afterwards', async () => {
    const warn = jest.spyOn(given.logger, 'warn');
    given.engine.hold();
    const held = await given.store({ name: 'before' });
    await given.start({ leaseMs: 3000 });
    await eventually(() => given.engine.batches.length === 1);
    const commit = await changed(given, held, 'after');
    given.engine.release();
    await eventually(() => warn.mock.calls.length === 1);
    expect(warn.mock.calls[0]?.[1]).toContain('pg_locks');
    const other = await given.store();
    await eventually(() => given.engine.indexed.has(other), { timeoutMs: 2000 });
    await commit();
    await given.emptied();
    expect(given.engine.indexed.get(held)?.name).toBe('after');
  });
});

/** Changes a session and its row, and holds both until the function that it gives is called. */
async function changed(
  { database, projectId }: IndexerSuite,
  sessionId: string,
  name: string,
): Promise<() => Promise<void>> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return new Promise((resolve, reject) => {
    const writing = database.transaction(async (connection: Transaction) => {
      await connection.query('UPDATE sessions SET name = $2 WHERE id = $1', [sessionId, name]);
      await queueForIndexing(connection, [{ projectId, id: sessionId }]);
      resolve(() => {
        end();
        return writing;
      });
      await ended;
    });
    writing.catch(reject);
  });
}
