import { Outbox } from '@sessions/search';
import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

describe('the outbox indexer, while sessions change', () => {
  const given = useIndexers();

  it('keeps the row of a session that changes while it is indexed, and indexes it again', async () => {
    given.engine.hold();
    const sessionId = await given.store({ name: 'before' });
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    await given.store({ sessionId, name: 'after' });
    given.engine.release();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
  });

  it('gives a session to no other process while its version before may yet reach the engine', async () => {
    const submissions = given.holdSubmissions();
    const sessionId = await given.store({ name: 'before' });
    await given.start();
    await eventually(() => submissions.asked() === 1);
    await given.store({ sessionId, name: 'after' });
    await given.start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(submissions.asked()).toBe(1);
    submissions.open();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
  });

  it('indexes a session that changed while a process that died held it, once the lease is over', async () => {
    const sessionId = await given.store({ name: 'before' });
    await new Outbox(given.database).claim(10, 300);
    await given.store({ sessionId, name: 'after' });
    await given.start();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
  });

  it('indexes once more what another process may have overtaken', async () => {
    given.engine.hold();
    const sessionId = await given.store({ name: 'before' });
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    await given.database.query('UPDATE sessions SET name = $2 WHERE id = $1', [sessionId, 'after']);
    await given.database.query('DELETE FROM search_outbox');
    given.engine.release();
    await eventually(() => given.engine.indexed.get(sessionId)?.name === 'after');
    await given.emptied();
  });

  it('indexes once more also when the process that overtook it ends last', async () => {
    const outbox = new Outbox(given.database);
    const sessionId = await given.store({ name: 'before' });
    const overtaken = await outbox.claim(10, 0);
    await given.store({ sessionId, name: 'after' });
    const newest = await outbox.claim(10, 60_000);
    await outbox.complete(overtaken);
    // It stays with the second: claimed once more now, each of two would find that the other had changed it, for ever.
    expect(await outbox.claim(10, 60_000)).toEqual([]);
    await outbox.complete(newest);
    expect(await given.waiting()).toBe(1);
    await outbox.complete(await outbox.claim(10, 60_000));
    expect(await given.waiting()).toBe(0);
  });

  it('indexes a session at once that changed while the engine refused its version before', async () => {
    given.engine.hold();
    given.engine.refuses = ({ name }) => name === 'before';
    const sessionId = await given.store({ name: 'before' });
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    await given.store({ sessionId, name: 'after' });
    given.engine.release();
    await given.emptied();
    expect(given.engine.indexed.get(sessionId)?.name).toBe('after');
    const letters = await given.database.query('SELECT FROM dead_letters');
    expect(letters.rowCount).toBe(0);
  });

  it('indexes once more also when the batch that was overtaken failed, and may be in the engine', async () => {
    const outbox = new Outbox(given.database);
    const sessionId = await given.store({ name: 'before' });
    const overtaken = await outbox.claim(10, 0);
    await given.store({ sessionId, name: 'after' });
    await outbox.complete(await outbox.claim(10, 60_000));
    await outbox.release(overtaken);
    expect(await outbox.claim(10, 60_000)).toHaveLength(1);
  });
});
