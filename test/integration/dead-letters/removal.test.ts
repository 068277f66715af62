import type { AcceptedSession } from '@sessions/contract';
import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { DeadLetterReader, DeadLetterRemoval, DeadLetters, SessionWriter } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from '../storage/support';
import type { OwnDatabase } from '../storage/support';

const EVERYTHING = { letters: 500, bytes: 1024 * 1024 };
const NONE = { persist: 0, index: 0 };

describe('dead letters', () => {
  let own: OwnDatabase;
  let database: Database;
  let letters: DeadLetters;
  let reader: DeadLetterReader;
  let removal: DeadLetterRemoval;
  let projectId: string;

  beforeAll(async () => {
    own = await openDatabase();
    database = own.database;
    letters = new DeadLetters(database);
    reader = new DeadLetterReader(database);
    removal = new DeadLetterRemoval(database);
  });
  beforeEach(async () => {
    projectId = newUuid();
    await database.query('TRUNCATE dead_letters, search_outbox');
  });
  afterAll(() => own.close());

  /** Parks sessions a minute apart, the first one first. */
  async function park(count: number, content = 'a'): Promise<AcceptedSession[]> {
    const sessions = Array.from({ length: count }, () => accepted({ projectId, messages: [content] }));
    for (const session of sessions) await letters.park(session, 'refused');
    await database.query(
      `UPDATE dead_letters SET created_at = '2026-01-01T00:00:00Z'::timestamptz + place * interval '1 minute'
      FROM unnest($1::uuid[]) WITH ORDINALITY AS parked (session_id, place)
      WHERE dead_letters.session_id = parked.session_id`,
      [sessions.map(({ id }) => id)],
    );
    return sessions;
  }

  async function parkForIndexing(sessionId: string, change: number): Promise<void> {
    await database.query(
      `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload)
      VALUES ($1, $2, 'index', $3, 'the engine refuses it', $4)`,
      [projectId, newUuid(), sessionId, JSON.stringify({ change: String(change) })],
    );
  }

  async function left(): Promise<number> {
    return (await database.query('SELECT FROM dead_letters')).rowCount ?? 0;
  }

  it('are found by every filter, newest first', async () => {
    const [first, second, third] = await park(3);
    await parkForIndexing(first?.id ?? '', 1);
    const found = async (filters: Parameters<DeadLetterReader['list']>[0]) =>
      (await reader.list(filters, 10)).map(({ sessionId }) => sessionId);
    const minute = (count: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + count * 60_000);

    expect(await found({ kind: 'persist' })).toEqual([third?.id, second?.id, first?.id]);
    expect(await found({ kind: 'index' })).toEqual([first?.id]);
    expect(await found({ sessionId: first?.id ?? '' })).toEqual([first?.id, first?.id]);
    expect(await found({ projectId: newUuid() })).toEqual([]);
    expect(await found({ reason: 'ENGINE refuses' })).toEqual([first?.id]);
    expect(await found({ reason: '%' })).toEqual([]);
    expect(await found({ after: minute(2), before: minute(3) })).toEqual([second?.id]);
    expect((await reader.match({ projectId })).counts).toEqual({ persist: 3, index: 1 });
    const [newest] = await reader.list({ kind: 'persist' }, 1);
    expect(await found({ ids: [newest?.id ?? ''] })).toEqual([third?.id]);
    expect(await reader.get(newest?.id ?? '')).toEqual({ ...newest, payload: third });
    expect(await reader.get(newUuid())).toBeNull();
  });

  it('go back to the queue the oldest first, in steps that are bounded by number and by bytes', async () => {
    const small = await park(3);
    const steps: string[][] = [];
    const put = (sessions: readonly AcceptedSession[]): Promise<void> => {
      steps.push(sessions.map(({ id }) => id).sort());
      return Promise.resolve();
    };
    expect(await removal.replay({}, { letters: 2, bytes: 1024 * 1024 }, put)).toEqual({
      persist: 2,
      index: 0,
    });
    expect(await removal.replay({}, { letters: 2, bytes: 1 }, put)).toEqual({ persist: 1, index: 0 });
    expect(await removal.replay({}, EVERYTHING, put)).toEqual(NONE);
    const ids = small.map(({ id }) => id);
    expect(steps).toEqual([ids.slice(0, 2).sort(), ids.slice(2)]);

    await park(3, 'x'.repeat(10_000));
    expect(await removal.replay({}, { letters: 500, bytes: 21_000 }, put)).toEqual({ persist: 2, index: 0 });
    expect(await left()).toBe(1);
  });

  it('stay, all of a step, when the queue does not take them', async () => {
    await park(3);
    await parkForIndexing(newUuid(), 1);
    const away = () => Promise.reject(new Error('away'));
    await expect(removal.replay({}, EVERYTHING, away)).rejects.toThrow('away');
    expect(await left()).toBe(4);
    expect((await database.query('SELECT FROM search_outbox')).rowCount).toBe(0);
  });

  it('stay when a replay dies before its commit, and are stored once though they were queued twice', async () => {
    await park(3);
    const writer = new SessionWriter(database);
    const written: number[] = [];
    const store = async (sessions: readonly AcceptedSession[]): Promise<void> => {
      written.push((await writer.write(sessions)).created);
    };
    const storeAndDie = async (sessions: readonly AcceptedSession[]): Promise<void> => {
      await store(sessions);
      throw new Error('killed');
    };
    await expect(removal.replay({}, EVERYTHING, storeAndDie)).rejects.toThrow('killed');
    expect(await left()).toBe(3);
    await removal.replay({}, EVERYTHING, store);
    expect(await left()).toBe(0);
    expect(written).toEqual([3, 0]);
    const messages = await database.query('SELECT FROM session_messages WHERE project_id = $1', [projectId]);
    expect(messages.rowCount).toBe(3);
  });

  it('are taken by one replay each, however many run at once', async () => {
    const sessions = await park(200);
    const taken: string[] = [];
    const put = async (step: readonly AcceptedSession[]): Promise<void> => {
      taken.push(...step.map(({ id }) => id));
      await new Promise((done) => setTimeout(done, 5));
    };
    const replayAll = async (): Promise<void> => {
      while ((await removal.replay({}, { letters: 20, bytes: 1024 * 1024 }, put)).persist > 0);
    };
    await Promise.all([replayAll(), replayAll(), replayAll(), replayAll()]);
    expect(taken.sort()).toEqual(sessions.map(({ id }) => id).sort());
    expect(await left()).toBe(0);
  });

  it('come back when they fail again at once, while the replay still commits', async () => {
    const [session] = await park(1);
    let again: Promise<void> | undefined;
    const put = async (sessions: readonly AcceptedSession[]): Promise<void> => {
      again = letters.park(sessions[0] as AcceptedSession, 'refused again');
      await new Promise((done) => setTimeout(done, 100));
    };
    const { filters } = await reader.match({});
    expect(await removal.replay(filters, EVERYTHING, put)).toEqual({ persist: 1, index: 0 });
    await again;
    expect(await letters.find(projectId, session?.id ?? '')).toEqual([session]);
    expect(await reader.list({}, 10)).toMatchObject([{ reason: 'refused again' }]);
    // It came back after the replay began, so the same replay does not take it again.
    expect(await removal.replay(filters, EVERYTHING, put)).toEqual(NONE);
  });

  it('of indexing put their session into the outbox, once', async () => {
    const [one, other] = [newUuid(), newUuid()];
    await parkForIndexing(one, 1);
    await parkForIndexing(one, 2);
    await parkForIndexing(other, 3);
    await database.query(
      `INSERT INTO search_outbox (project_id, session_id, attempts, claimed_until)
       VALUES ($1, $2, 7, now() + interval '1 hour')`,
      [projectId, other],
    );
    const put = jest.fn();
    expect(await removal.replay({}, EVERYTHING, put)).toEqual({ persist: 0, index: 3 });
    expect(put).not.toHaveBeenCalled();
    expect(await left()).toBe(0);
    const { rows } = await database.query(
      'SELECT session_id, attempts, claimed_until IS NOT NULL AS held FROM search_outbox',
    );
    expect(rows).toHaveLength(2);
    // Whoever indexes the other one at present goes on with it.
    expect(rows).toContainEqual({ session_id: one, attempts: 0, held: false });
    expect(rows).toContainEqual({ session_id: other, attempts: 0, held: true });
  });

  it('are purged by filter, the oldest first, and not while they are replayed', async () => {
    const [oldest] = await park(3);
    await parkForIndexing(newUuid(), 1);
    expect(await removal.purge({ kind: 'persist' }, 1)).toEqual({ persist: 1, index: 0 });
    expect(await letters.find(projectId, oldest?.id ?? '')).toEqual([]);
    await removal.replay({ kind: 'persist' }, EVERYTHING, async () => {
      expect(await removal.purge({}, 10)).toEqual({ persist: 0, index: 1 });
    });
    expect(await removal.purge({}, 10)).toEqual(NONE);
  });
});
