import { useIndexers } from './indexer-suite';
import { until } from './stored-sessions';

describe('the outbox indexer, when something fails', () => {
  const given = useIndexers();

  it('gives back what it held as soon as the database answers again', async () => {
    given.engine.hold();
    await given.store();
    await given.start();
    await until(() => given.engine.batches.length === 1);
    const lost = jest.spyOn(given.database, 'query').mockRejectedValue(new Error('The database is away.'));
    given.engine.release();
    await until(() => lost.mock.calls.length > 2);
    lost.mockRestore();
    const since = Date.now();
    await given.emptied();
    expect(Date.now() - since).toBeLessThan(5000);
  });

  it('stops while the database is away, and leaves what it held to its lease', async () => {
    given.engine.hold();
    await given.store();
    const indexer = await given.start();
    await until(() => given.engine.batches.length === 1);
    const lost = [
      jest.spyOn(given.database, 'query').mockRejectedValue(new Error('The database is away.')),
      jest.spyOn(given.database, 'transaction').mockRejectedValue(new Error('The database is away.')),
    ];
    await expect(indexer.stop(100)).resolves.toBeUndefined();
    for (const mock of lost) mock.mockRestore();
    expect(await given.waiting()).toBe(1);
    given.engine.release();
    await given.emptied();
  });

  it('parks what the engine refuses, and indexes the rest of its batch', async () => {
    given.engine.refuses = ({ name }) => name === 'bad';
    for (let at = 0; at < 9; at++) await given.store({ name: 'good' });
    const bad = await given.store({ name: 'bad' });
    for (let at = 0; at < 9; at++) await given.store({ name: 'good' });
    await given.start();
    await given.emptied();
    expect(given.engine.indexed.size).toBe(18);
    const { rows } = await given.database.query(
      'SELECT project_id, kind, session_id, reason FROM dead_letters',
    );
    expect(rows).toEqual([
      { project_id: given.projectId, kind: 'index', session_id: bad, reason: 'It is refused.' },
    ]);
  });

  it('waits for an engine that is away, says so once, and loses nothing', async () => {
    const warn = jest.spyOn(given.logger, 'warn');
    const info = jest.spyOn(given.logger, 'info');
    given.engine.away = true;
    await given.store();
    await given.start();
    await new Promise((resolve) => setTimeout(resolve, 1800));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(await given.waiting()).toBe(1);
    given.engine.away = false;
    await given.emptied();
    await until(() => info.mock.calls.length === 1);
  });

  it('goes on within five seconds of the return of an engine that was away for long', async () => {
    given.engine.away = true;
    await given.store();
    await given.start();
    await new Promise((resolve) => setTimeout(resolve, 8000));
    given.engine.away = false;
    const since = Date.now();
    await given.emptied();
    expect(Date.now() - since).toBeLessThan(5000);
  });

  it('gives rows back when the engine goes away while it works on them', async () => {
    given.engine.hold();
    await given.store();
    await given.start();
    await until(() => given.engine.batches.length === 1);
    given.engine.away = true;
    given.engine.release();
    await until(async () => {
      const { rows } = await given.database.query<{ attempts: number }>('SELECT attempts FROM search_outbox');
      return rows[0]?.attempts === 1;
    });
    given.engine.away = false;
    await given.emptied();
    expect((await given.database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
  });
});
