import { encodeId, newUuid } from '@sessions/contract';
import { sleep } from '@sessions/runtime';
import { DeadLetters } from '@sessions/storage';
import { Client } from 'pg';
import { purge } from '../../../apps/cli/src/dead-letters/purge';
import type { Terminal } from '../../../apps/cli/src/dead-letters/terminal';
import { accepted } from '../../support/accepted-session';
import { requireBuild } from '../../support/build';
import { runCommand } from '../../support/command-line';
import { eventually } from '../../support/eventually';
import { openDatabase } from '../storage/support';
import type { OwnDatabase } from '../storage/support';

/** Every command is a process of its own, half a second on an idle machine and several on a busy one. */
jest.setTimeout(120_000);

const WARNING = 'for good, and what persist letters hold is stored nowhere else.';

describe('the command dead-letters', () => {
  let own: OwnDatabase;
  const projectId = newUuid();

  beforeAll(async () => {
    own = await openDatabase();
    await requireBuild();
  });
  beforeEach(() => own.database.query('TRUNCATE dead_letters'));
  afterAll(() => own.close());

  const run = (...args: string[]) => runCommand({ DATABASE_URL: own.url }, 'dead-letters', ...args);

  async function park(count: number): Promise<void> {
    const letters = new DeadLetters(own.database);
    for (let place = 0; place < count; place++) {
      await letters.park(accepted({ projectId, messages: ['a'] }), `refused ${place}`);
    }
  }

  /** A connection by whose name a worker is known, so that a replay takes the queue for served. */
  async function idleWorker(queue: string): Promise<Client> {
    const name = `${queue}.sessions.accepted`;
    const worker = new Client({ connectionString: own.url, application_name: name });
    await worker.connect();
    return worker;
  }

  async function left(): Promise<number> {
    return (await own.database.query('SELECT FROM dead_letters')).rowCount ?? 0;
  }

  it('lists as many as are asked for, and says that there are more', async () => {
    await park(3);
    const { out } = await run('list', '--limit', '2');
    expect(out.split('\n')).toHaveLength(5);
    expect(out).toContain('These are the newest 2 of 3; --limit shows more of them.');
    expect(out).not.toContain('refused 0');
    expect((await run('list', '--reason', 'other')).out).toBe('No dead letter matches.');
  });

  it('purges, where nobody can be asked, only with --yes', async () => {
    await park(3);
    const refused = await run('purge', '--project', encodeId('proj', projectId));
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: `This deletes 3 dead letters (3 persist, 0 index) ${WARNING} Add --yes to do it.`,
    });
    expect(await left()).toBe(3);
    const some = await run('purge', '--reason', 'refused 1', '--yes');
    expect(some).toEqual({ code: 0, out: 'Purged 1 dead letter (1 persist, 0 index).', err: '' });
    const all = await run('purge', '--all', '--yes', '--json');
    expect(JSON.parse(all.out)).toEqual({ purged: { persist: 2, index: 0 } });
    expect((await run('purge', '--all', '--yes')).out).toBe(
      'No dead letter matches; there is nothing to purge.',
    );
  });

  it('purges, where somebody can be asked, only after a yes', async () => {
    await park(3);
    const printed: string[] = [];
    const asked: string[] = [];
    const context = {
      environment: {},
      configuration: () => ({ DATABASE_URL: own.url }) as never,
      print: (line: string) => void printed.push(line),
    };
    const saying = (answer: string): Terminal => ({
      interactive: true,
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });
    await expect(purge(['--all'], context, saying('y'))).rejects.toThrow('Nothing was purged.');
    expect(await left()).toBe(3);
    await purge(['--all', '--limit', '2'], context, saying('yes\n'));
    expect(printed).toEqual(['Purged 2 dead letters (2 persist, 0 index).']);
    expect(asked).toEqual([
      `This deletes 3 dead letters (3 persist, 0 index) ${WARNING}\nType yes to do it: `,
      `This deletes the oldest 2 of 3 dead letters (3 persist, 0 index) ${WARNING}\nType yes to do it: `,
    ]);
    expect(await left()).toBe(1);
  });

  it('replays in several jobs what one may not hold', async () => {
    await park(3);
    const worker = await idleWorker('sessions');
    const settings = { DATABASE_URL: own.url, INGEST_GROUP_SESSIONS: '1' };
    expect(await runCommand(settings, 'dead-letters', 'replay', '--json')).toMatchObject({
      code: 0,
      out: '{"replayed":{"persist":3,"index":0},"total":3}',
    });
    expect(await left()).toBe(0);
    await worker.end();
  });

  it('waits with a replay while as many jobs wait as the API would take', async () => {
    await park(2);
    const worker = await idleWorker('full');
    const settings = {
      DATABASE_URL: own.url,
      QUEUE_NAME: 'full',
      INGEST_GROUP_SESSIONS: '1',
      INGEST_MAX_BACKLOG: '1',
    };
    const replaying = runCommand(settings, 'dead-letters', 'replay');
    await eventually(async () => (await left()) === 1, { timeoutMs: 60_000 });
    await sleep(1000);
    expect(await left()).toBe(1);
    await own.database.query("DELETE FROM bullmq.job WHERE queue LIKE 'full.%'");
    expect((await replaying).err).toContain(
      'The queue is full; the replay goes on once workers have made room.',
    );
    expect(await left()).toBe(0);
    await worker.end();
  });

  it('replays nothing, and loses nothing, while the queue is away', async () => {
    await park(2);
    const settings = { DATABASE_URL: own.url, REDIS_URL: 'redis://127.0.0.1:1' };
    const { code, out, err } = await runCommand(settings, 'dead-letters', 'replay');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^The queue in Redis cannot be reached \(.+\): start it, or correct REDIS_URL\.$/);
    expect(await left()).toBe(2);
  });

  it('replays letters of indexing without the queue', async () => {
    await own.database.query(
      `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload, attempts)
       VALUES ($1, $2, 'index', $3, 'refused', '{}', 1)`,
      [newUuid(), newUuid(), newUuid()],
    );
    const settings = { DATABASE_URL: own.url, REDIS_URL: 'redis://127.0.0.1:1' };
    const { code, out } = await runCommand(settings, 'dead-letters', 'replay', '--json');
    expect({ code, out }).toEqual({ code: 0, out: '{"replayed":{"persist":0,"index":1},"total":1}' });
    expect(await left()).toBe(0);
  });

  it('answers an id that there is not, and a database that is away, with a sentence', async () => {
    const id = encodeId('dead', newUuid());
    expect(await run('show', id)).toEqual({
      code: 1,
      out: '',
      err: `There is no dead letter ${id}; \`dead-letters list\` shows those that there are.`,
    });
    const away = { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/nowhere' };
    expect((await runCommand(away, 'dead-letters', 'list')).err).toBe(
      'The database 127.0.0.1:1/nowhere cannot be reached: start it, or correct DATABASE_URL.',
    );
  });
});
