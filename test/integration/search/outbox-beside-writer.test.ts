import type { Transaction } from '@sessions/runtime';
import { Outbox } from '@sessions/search';
import { queueForIndexing } from '../../../libs/storage/src/sessions/session-writes';
import { useIndexers } from './indexer-suite';
import { until } from './stored-sessions';

const LEASE_MS = 60_000;

describe('the outbox, beside a writer whose transaction is open', () => {
  const given = useIndexers();
  let commit: () => Promise<void>;

  afterEach(() => commit());

  /** Changes a session and its row, and holds both until `commit()`. */
  async function change(sessionId: string, name: string): Promise<void> {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    await new Promise<void>((changed) => {
      const writing = given.database.transaction(async (connection: Transaction) => {
        await connection.query('UPDATE sessions SET name = $2 WHERE id = $1', [sessionId, name]);
        await queueForIndexing(connection, [{ projectId: given.projectId, id: sessionId }]);
        changed();
        await ended;
      });
      commit = () => {
        end();
        return writing;
      };
    });
  }

  /** Resolves once a statement of this database waits for a lock. */
  const someoneWaits = () =>
    until(async () => {
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
    await until(() => given.engine.batches.length === 1);
    await change(sessionId, 'after');
    given.engine.release();
    await someoneWaits();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('before');
    await commit();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
  });
});
