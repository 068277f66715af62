import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

describe('the outbox indexer, when something fails', () => {
  const given = useIndexers();

  /** Whether a waiting session was tried so often. */
  async function attemptsAtLeast(count: number): Promise<boolean> {
    const { rows } = await given.database.query('SELECT FROM search_outbox WHERE attempts >= $1', [count]);
    return rows.length > 0;
  }

  it('gives back what it held as soon as the database answers again', async () => {
    given.engine.hold();
    await given.store();
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    const lost = jest.spyOn(given.database, 'query').mockRejectedValue(new Error('The database is away.'));
    given.engine.release();
    await eventually(() => lost.mock.calls.length > 2);
    lost.mockRestore();
    const since = Date.now();
    await given.emptied();
    expect(Date.now() - since).toBeLessThan(5000);
  });

  it('stops while the database is away, and leaves what it held to its lease', async () => {
    given.engine.hold();
    await given.store();
    const indexer = await given.start();
    await eventually(() => given.engine.batches.length === 1);
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

  it('tries a session again that an engine fails of without saying why, and indexes the rest at once', async () => {
    const [good, bad] = [await given.store({ name: 'good' }), await given.store({ name: 'bad' })];
    given.engine.crashesOf = ({ name }) => name === 'bad';
    await given.start();
    await eventually(async () => given.engine.indexed.has(good) && (await attemptsAtLeast(2)));
    expect((await given.database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
    given.engine.crashesOf = () => false;
    await given.emptied();
    expect([...given.engine.indexed.keys()].sort()).toEqual([good, bad].sort());
  });

  it('parks such a session after five attempts more', async () => {
    await given.store();
    await given.database.query('UPDATE search_outbox SET attempts = 4');
    given.engine.crashesOf = () => true;
    await given.start();
    await eventually(() => attemptsAtLeast(5));
    expect((await given.database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
    await given.emptied();
    const { rows } = await given.database.query('SELECT reason, attempts FROM dead_letters');
    expect(rows).toEqual([{ reason: 'It crashed.', attempts: 6 }]);
  });

  it('gives back only what has not ended of a batch that was divided when the engine went away', async () => {
    const bad = await given.store({ name: 'bad' });
    for (let at = 0; at < 3; at++) await given.store({ name: 'good' });
    given.engine.refuses = ({ name }) => {
      const parks = given.engine.batches.at(-1)?.documents.length === 1 && name === 'bad';
      given.engine.away = parks;
      return name === 'bad';
    };
    await given.start();
    await eventually(async () => (await given.database.query('SELECT FROM dead_letters')).rowCount === 1);
    await eventually(() => attemptsAtLeast(1));
    expect(await given.waiting()).toBe(3);
    given.engine.refuses = () => false;
    given.engine.away = false;
    await given.emptied();
    expect(given.engine.indexed.has(bad)).toBe(false);
    expect(given.engine.indexed.size).toBe(3);
  });

  it('claims fewer at a time where the database takes too long to read them', async () => {
    for (let at = 0; at < 8; at++) await given.store();
    const query = given.database.query.bind(given.database);
    const reads: number[] = [];
    jest.spyOn(given.database, 'query').mockImplementation((statement, values) => {
      if (typeof statement !== 'string' || !statement.includes('json_agg(content'))
        return query(statement, values);
      const [, ids] = values as [string[], string[]];
      reads.push(ids.length);
      if (ids.length <= 2) return query(statement, values);
      return Promise.reject(Object.assign(new Error('canceling statement'), { code: '57014' }));
    });
    await given.start({ claimRows: 8 });
    await given.emptied();
    expect(reads.slice(0, 4)).toEqual([8, 4, 2, 3]);
    expect(given.engine.indexed.size).toBe(8);
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
    await eventually(() => info.mock.calls.length === 1);
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
    await eventually(() => given.engine.batches.length === 1);
    given.engine.away = true;
    given.engine.release();
    await eventually(() => attemptsAtLeast(1));
    given.engine.away = false;
    await given.emptied();
    expect((await given.database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
  });
});
