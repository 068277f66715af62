import { randomBytes } from 'node:crypto';
import { decodeId } from '@sessions/contract';
import { Client } from 'pg';
import { backends, queueBackends } from '../../support/backends';
import { runCommand } from '../../support/command-line';
import type { Outcome } from '../../support/command-line';
import { eventually } from '../../support/eventually';
import { startProduct } from '../../support/product';
import type { Product } from '../../support/product';

/** Every command is a process of its own, half a second on an idle machine and several on a busy one. */
jest.setTimeout(120_000);

interface Letter {
  id: string;
  kind: string;
  session_id: string;
  reason: string;
}

describe.each(queueBackends())('a dead letter, with the queue in %s', (queue) => {
  let product: Product;
  let sql: Client;
  let settings: Record<string, string>;

  beforeAll(async () => {
    const QUEUE_NAME = `test-${randomBytes(6).toString('hex')}`;
    product = await startProduct({ queue, search: 'postgres', settings: { QUEUE_NAME } });
    sql = new Client({ connectionString: product.databaseUrl });
    await sql.connect();
    const redis: Record<string, string> = queue === 'redis' ? { REDIS_URL: backends().redis?.url ?? '' } : {};
    settings = { DATABASE_URL: product.databaseUrl, QUEUE_NAME, ...redis };
  });

  afterAll(async () => {
    await sql?.end();
    await product?.stop();
  });

  const deadLetters = (...args: string[]): Promise<Outcome> => runCommand(settings, 'dead-letters', ...args);

  async function json<Shape>(...args: string[]): Promise<Shape> {
    const { code, out, err } = await deadLetters(...args, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out) as Shape;
  }

  const lettersOf = async (sessionId: string): Promise<Letter[]> =>
    (await json<{ dead_letters: Letter[] }>('list', '--session', sessionId)).dead_letters;

  async function answer<Shape>(path: string, body?: unknown): Promise<Shape> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await product.request(path, init);
    expect(response.ok).toBe(true);
    return (await response.json()) as Shape;
  }

  const total = async (query = ''): Promise<number> =>
    (await answer<{ total: number }>(`/api/sessions?limit=1${query}`)).total;

  const parked = async (): Promise<number> =>
    (await sql.query('SELECT FROM dead_letters')).rowCount ?? Number.NaN;

  /** Stored rows and messages of a session, straight from the tables. */
  async function stored(sessionId: string): Promise<{ sessions: number; contents: string[] }> {
    const id = decodeId('sess', sessionId);
    const sessions = await sql.query('SELECT FROM sessions WHERE id = $1', [id]);
    const messages = await sql.query<{ content: string }>(
      'SELECT content FROM session_messages WHERE session_id = $1 ORDER BY position',
      [id],
    );
    return { sessions: sessions.rowCount ?? 0, contents: messages.rows.map(({ content }) => content) };
  }

  it('is kept, found, listed with its reason, and stored exactly once when it is replayed', async () => {
    await sql.query(`ALTER TABLE sessions ADD CONSTRAINT no_refused_names CHECK (name <> 'Refused')`);
    const contents = ['the first secret', 'the second secret', 'the third secret'];
    const batch = Array.from({ length: 20 }, (_, place) => ({
      name: place === 7 ? 'Refused' : `Session ${place}`,
      messages: contents.map((content) => ({ role: 'user', content })),
    }));
    const { results } = await answer<{ results: { id: string; status: string }[] }>(
      '/api/sessions/batch',
      batch,
    );
    expect(results.map(({ status }) => status)).toEqual(Array(20).fill('created'));
    const id = results[7]?.id ?? '';

    // From here to the end, the session must be found at every moment, wherever it is.
    let looks = 0;
    let looking = true;
    const missed: number[] = [];
    const looker = (async () => {
      for (; looking; looks++) {
        const { status } = await product.request(`/api/sessions/${id}`);
        if (status !== 200) missed.push(status);
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
    try {
      await eventually(async () => (await total()) === 19 && (await parked()) === 1);

      const listed = await deadLetters('list');
      expect(listed.out.split('\n')).toHaveLength(2);
      expect(listed.out).toMatch(/^ID +KIND +PARKED +PROJECT +SESSION +REASON\n/);
      const [letter, ...others] = await lettersOf(id);
      expect(others).toEqual([]);
      expect(letter).toMatchObject({
        kind: 'persist',
        session_id: id,
        reason:
          'new row for relation "sessions" violates check constraint "no_refused_names" (SQLSTATE 23514)',
      });
      for (const [filter, number] of [
        [['--reason', 'No_Refused'], 1],
        [['--reason', 'timeout'], 0],
        [['--project', product.projectId, '--kind', 'persist'], 1],
        [['--kind', 'index'], 0],
        [['--after', '2999-01-01'], 0],
      ] as const) {
        expect(await json('list', ...filter)).toMatchObject({ total: number });
      }

      const shown = await deadLetters('show', letter?.id ?? '');
      expect(shown.out).toContain('3 (3 user), 49 characters, the longest 17');
      expect(shown.out).toContain('name: text of 7 characters');
      for (const { out } of [listed, shown, await deadLetters('show', letter?.id ?? '', '--json')]) {
        expect(out).not.toMatch(/secret|"Refused"/);
      }
      const whole = await json<{ payload: { messages: object[] } }>('show', letter?.id ?? '', '--content');
      expect(whole.payload.messages).toMatchObject(contents.map((content) => ({ content })));

      // It is refused again, and comes back under the same id.
      expect((await deadLetters('replay')).out).toBe(
        'Replayed 1 dead letter (1 persist, 0 index); one that fails again comes back.',
      );
      await eventually(async () => (await parked()) === 1);
      expect(await lettersOf(id)).toMatchObject([{ id: letter?.id, reason: letter?.reason }]);

      await sql.query('ALTER TABLE sessions DROP CONSTRAINT no_refused_names');
      const both = await Promise.all([json('replay'), json('replay')]);
      const took = both.map((outcome) => (outcome as { replayed: { persist: number } }).replayed.persist);
      expect(took.sort()).toEqual([0, 1]);
      await eventually(async () => (await total()) === 20);
      expect(await stored(id)).toEqual({ sessions: 1, contents });
      expect(await parked()).toBe(0);
      expect((await deadLetters('replay')).out).toBe('No dead letter matches; there is nothing to replay.');
      expect(await stored(id)).toEqual({ sessions: 1, contents });
      expect((await deadLetters('list')).out).toBe('There are no dead letters.');
    } finally {
      looking = false;
      await looker;
    }
    expect(looks).toBeGreaterThan(20);
    expect(missed).toEqual([]);
  });

  it('stays where it is, and says why, when no worker serves the queue that is configured', async () => {
    await sql.query(`ALTER TABLE sessions ADD CONSTRAINT no_lost_names CHECK (name <> 'Lost')`);
    await answer('/api/sessions', { name: 'Lost' });
    await eventually(async () => (await parked()) === 1);
    const other = { ...settings, QUEUE_NAME: 'other' };
    expect(await runCommand(other, 'dead-letters', 'replay')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(
        /^Nothing was replayed, .* queue other in .* set REDIS_URL and QUEUE_NAME /,
      ) as string,
    });
    expect(await parked()).toBe(1);
    await sql.query('ALTER TABLE sessions DROP CONSTRAINT no_lost_names');
    expect((await deadLetters('replay')).code).toBe(0);
    await eventually(async () => (await total('&name=Lost')) === 1);
    expect(await parked()).toBe(0);
  });

  it('does not overrule a newer version of its record that was accepted meanwhile', async () => {
    await sql.query(`ALTER TABLE sessions ADD CONSTRAINT no_old_names CHECK (name <> 'Old')`);
    const send = (name: string, record: object) =>
      answer<{ session: { id: string } }>('/api/sessions', {
        ...record,
        name,
        messages: [{ role: 'user', content: name }],
      });
    const record = { external_source: 'zendesk', external_id: 'T-1' };
    const { session } = await send('Old', record);
    await eventually(async () => (await parked()) === 1);
    await sql.query('ALTER TABLE sessions DROP CONSTRAINT no_old_names');

    // The newer version waits in the queue while the older one is put back into it.
    await sql.query('BEGIN');
    await sql.query('LOCK TABLE sessions IN SHARE MODE');
    await send('New', record);
    expect((await deadLetters('replay')).code).toBe(0);
    await sql.query('COMMIT');

    // The queue holds neither any more once a session that was sent after them is stored.
    await send('Later', {});
    await eventually(async () => (await total('&name=Later')) === 1);
    expect(await parked()).toBe(0);
    expect(await stored(session.id)).toEqual({ sessions: 1, contents: ['New'] });
    expect(await total('&name=New')).toBe(1);
  });

  it('of indexing is searchable after its replay', async () => {
    await sql.query(`ALTER TABLE search_documents ADD CONSTRAINT no_zebras CHECK (body NOT LIKE '%zebra%')`);
    await answer('/api/sessions', { name: 'Zoo', messages: [{ role: 'user', content: 'a zebra' }] });
    await eventually(async () => (await parked()) === 1, { timeoutMs: 20_000 });
    expect(await json('list')).toMatchObject({
      dead_letters: [{ kind: 'index', reason: expect.stringContaining('no_zebras') as string }],
    });
    expect(await total('&search=zebra')).toBe(0);
    await sql.query('ALTER TABLE search_documents DROP CONSTRAINT no_zebras');
    expect(await json('replay', '--kind', 'index')).toMatchObject({ replayed: { persist: 0, index: 1 } });
    expect(await parked()).toBe(0);
    await eventually(
      async () =>
        (await total('&search=zebra')) === 1 && !(await sql.query('SELECT FROM search_outbox')).rowCount,
    );
  });
});
