import { newUuid } from '@sessions/contract';
import { PostgresEngine } from '@sessions/search';
import { searchDocument } from '../../conformance/search-engine/engine-under-test';
import { useDatabase } from './database-suite';

describe('the Postgres engine', () => {
  const given = useDatabase();

  it('writes two batches at a time, and takes a third when the first of them is written', async () => {
    const engine = new PostgresEngine(given.database);
    const projectId = newUuid();
    const submit = (sessionId: string) => engine.submit([searchDocument({ projectId, sessionId })], []);
    const [held, free, third] = [newUuid(), newUuid(), newUuid()];
    await (await submit(held)).settled();
    const done: string[] = [];
    const note = (what: string) => () => void done.push(what);
    let thirdTaken: Promise<unknown> = Promise.resolve();
    await given.database.transaction(async (connection) => {
      await connection.query('SELECT FROM search_documents WHERE session_id = $1 FOR UPDATE', [held]);
      const waiting = await submit(held);
      void waiting.settled().then(note('held'));
      await (await submit(free)).settled().then(note('free'));
      thirdTaken = submit(third).then(note('third taken'));
      await connection.query('SELECT pg_sleep(0.1)');
      expect(done).toEqual(['free']);
    });
    await thirdTaken;
    expect(done).toEqual(['free', 'held', 'third taken']);
    await engine.close();
  });

  it('keeps the list of new words that every search reads short', async () => {
    const { rows } = await given.database.query(
      `SELECT reloptions FROM pg_class WHERE relname = 'search_documents_words'`,
    );
    expect(rows).toEqual([{ reloptions: ['gin_pending_list_limit=256'] }]);
  });
});
