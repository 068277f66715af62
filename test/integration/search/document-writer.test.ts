import { setTimeout as sleep } from 'node:timers/promises';
import { newUuid } from '@sessions/contract';
import { parseQuery, PostgresEngine } from '@sessions/search';
import { searchDocument } from '../../conformance/search-engine/engine-under-test';
import { useDatabase } from './database-suite';

describe('the Postgres engine', () => {
  const given = useDatabase();

  const projectId = newUuid();
  let engine: PostgresEngine;

  beforeEach(() => {
    engine = new PostgresEngine(given.database);
  });
  afterEach(() => engine.close());

  const submit = (sessionId: string, name = '') =>
    engine.submit([searchDocument({ projectId, sessionId, name })], []);

  /** Has a session stored, and keeps whoever writes it again waiting while the work is done. */
  async function holding(sessionId: string, work: () => Promise<void>): Promise<void> {
    await (await submit(sessionId)).settled();
    await given.database.transaction(async (connection) => {
      await connection.query('SELECT FROM search_documents WHERE session_id = $1 FOR UPDATE', [sessionId]);
      await work();
    });
  }

  it('writes two batches at a time, and a third when either of them is written', async () => {
    const [held, second, third, fourth] = [newUuid(), newUuid(), newUuid(), newUuid()];
    const done: string[] = [];
    const write = async (name: string, sessionId: string) => {
      const task = await submit(sessionId);
      return { ended: task.settled().then(() => void done.push(name)) };
    };
    let ended: Promise<void>[] = [];
    await holding(held, async () => {
      const first = await write('held', held);
      const next = await write('second', second);
      await next.ended;
      const others = [await write('third', third), await write('fourth', fourth)];
      ended = [first, ...others].map((task) => task.ended);
      await others.at(-1)?.ended;
      expect(done).toEqual(['second', 'third', 'fourth']);
    });
    await Promise.all(ended);
    expect(done).toEqual(['second', 'third', 'fourth', 'held']);
  });

  it('writes a session that is being written once more only afterwards, so that the newer version stays', async () => {
    const [first, last] = [newUuid(), newUuid()].sort();
    let ended: Promise<unknown>[] = [];
    await holding(first ?? '', async () => {
      const both = [first, last].map((sessionId = '') =>
        searchDocument({ projectId, sessionId, name: 'older' }),
      );
      const older = await engine.submit(both, []);
      const newer = submit(last ?? '', 'newer');
      ended = [older.settled(), newer.then((task) => task.settled())];
      expect(await Promise.race([newer.then(() => 'begun'), sleep(200, 'waits')])).toBe('waits');
    });
    await Promise.all(ended);
    const found = { projectId, filters: { includeArchived: false }, limit: 10, offset: 0 };
    expect(await engine.search({ ...found, query: parseQuery('newer') })).toMatchObject({ total: 1 });
  });

  it('writes on after a batch that fails', async () => {
    const task = await engine.submit([searchDocument({ projectId, sessionId: 'no uuid' })], []);
    const next = await submit(newUuid());
    expect(await task.settled()).toMatchObject({ status: 'failed' });
    expect(await next.settled()).toEqual({ status: 'succeeded' });
  });

  it.each([
    ['takes too long over', '57014'],
    ['fails of', 'XX001'],
  ])('says of a batch that the database %s that it may pass', async (_what, code) => {
    const sessionId = newUuid();
    await given.database.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN RAISE EXCEPTION 'Not now.' USING ERRCODE = '${code}'; END$$`);
    await given.database.query(`CREATE TRIGGER fail BEFORE INSERT ON search_documents
      FOR EACH ROW WHEN (NEW.session_id = '${sessionId}') EXECUTE FUNCTION fail()`);
    try {
      const task = await submit(sessionId);
      expect(await task.settled()).toEqual({ status: 'failed', reason: 'Not now.', mayPass: true });
    } finally {
      await given.database.query('DROP FUNCTION fail CASCADE');
    }
  });
});
