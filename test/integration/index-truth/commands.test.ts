import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeId, newUuid } from '@sessions/contract';
import { searchEngines } from '../../support/backends';
import { requireBuild } from '../../support/build';
import { runCommand } from '../../support/command-line';
import { storeSession } from '../search/stored-sessions';
import type { IndexUnderTest } from './index-under-test';
import { openIndex } from './index-under-test';

/** Every command is a process of its own, half a second on an idle machine and several on a busy one. */
jest.setTimeout(120_000);

describe.each(searchEngines())('the command index, with search by %s', (backend) => {
  let under: IndexUnderTest;
  const projectId = newUuid();
  const ids: string[] = [];

  beforeAll(async () => {
    under = await openIndex(backend);
    await requireBuild();
    for (let at = 0; at < 3; at++) ids.push(await storeSession(under.database, { projectId, name: 'word' }));
  });

  afterAll(() => under.close());

  const run = (...args: string[]) => runCommand(under.settings, 'index', ...args);

  async function json(...args: string[]): Promise<unknown> {
    const { code, out, err } = await run(...args, '--json');
    // On a slow machine a command tells beside its output how far it is.
    const problems = err
      .split('\n')
      .filter((line) => !/^(|Indexed \d.*|Compared \d.*|Putting the new.*)$/.test(line));
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    return JSON.parse(out);
  }

  it('shows what waits, then what is indexed', async () => {
    const waiting = (await json('status')) as { outbox: { oldest_seconds: number } };
    expect(waiting).toMatchObject({ engine: backend, engine_problem: null, sessions: 3, documents: 0 });
    expect(waiting.outbox).toMatchObject({ waiting: 3, claimed: 0 });
    expect(waiting.outbox.oldest_seconds).toBeGreaterThan(0);
    await under.startIndexer();
    await under.indexed();
    expect(await json('status', '--project', encodeId('proj', projectId))).toEqual({
      engine: backend,
      engine_problem: null,
      sessions: 3,
      documents: 3,
      outbox: { waiting: 0, claimed: 0, oldest_seconds: null },
      dead_letters: 0,
      engine_tasks: backend === 'postgres' ? null : { waiting: 0, processing: 0 },
      rebuild: null,
    });
    expect((await run('status')).out).toContain('Indexed       3 documents');
  });

  it('ends with 1 while something differs, and with 0 once it is repaired', async () => {
    expect(await run('check')).toMatchObject({
      code: 0,
      out: expect.stringContaining('in order') as string,
      err: '',
    });
    const task = await under.engine.submit([], [{ projectId, sessionId: ids[0] ?? '' }]);
    await task.settled();
    expect((await run('check', '--quick')).code).toBe(1);
    const found = await run('check', '--json');
    expect(found).toMatchObject({
      code: 1,
      err: 'The search index differs from the database in 1 place: run `index repair`.',
    });
    expect(JSON.parse(found.out)).toEqual({
      projects: [{ id: encodeId('proj', projectId), sessions: 3, documents: 2 }],
      documents_of_unknown_projects: 0,
      compared: 5,
      differences: { missing: 1, stale: 0, surplus: 0, refused: 0, foreign: 0 },
      sessions: [
        { kind: 'missing', project_id: encodeId('proj', projectId), id: encodeId('sess', ids[0] ?? '') },
      ],
    });
    const repaired = await run('repair', '--quick');
    expect(repaired).toMatchObject({ code: 0, err: '' });
    expect(repaired.out).toContain(encodeId('sess', ids[0] ?? ''));
    await under.indexed();
    expect((await run('check', '--quick')).out).toContain('The counts agree.');

    const refused = await storeSession(under.database, { projectId, name: 'refused' });
    await under.database.query('DELETE FROM search_outbox WHERE session_id = $1', [refused]);
    await under.database.query(
      `INSERT INTO dead_letters (project_id, id, kind, session_id, reason, payload)
       VALUES ($1, $2, 'index', $2, 'too long', '{}')`,
      [projectId, refused],
    );
    expect(await run('check', '--quick')).toMatchObject({
      code: 0,
      out: expect.stringContaining('The counts differ by what waits for the index or was refused.') as string,
    });
    await under.database.query('DELETE FROM dead_letters');
    await under.database.query('DELETE FROM sessions WHERE id = $1', [refused]);
  });

  it.each(['check', 'repair', 'status'])('%s refuses a project that there is not', async (action) => {
    const project = encodeId('proj', newUuid());
    expect(await run(action, '--project', project)).toEqual({
      code: 1,
      out: '',
      err: `There is no project ${project}; \`projects list\` shows those that there are.`,
    });
  });

  it('rebuilds', async () => {
    expect(await json('rebuild')).toMatchObject({ indexed: 3, refused: 0 });
    await under.indexed();
    expect((await run('check')).code).toBe(0);
  });

  if (backend === 'meilisearch') {
    it('says what to do when the engine is away, and shows what it can', async () => {
      const away = { ...under.settings, MEILI_URL: 'http://127.0.0.1:9' };
      expect(await runCommand(away, 'index', 'check')).toEqual({
        code: 1,
        out: '',
        err: 'Meilisearch does not answer at http://127.0.0.1:9. Start it, or correct MEILI_URL.',
      });
      const status = await runCommand(away, 'index', 'status');
      expect(status).toMatchObject({ code: 0, err: '' });
      expect(status.out).toContain('meilisearch: Meilisearch does not answer at');
    });

    it.each(['check', 'repair', 'rebuild'])(
      'blames the engine when it goes away in the middle of %s',
      async (action) => {
        // Answers the search by which a command finds that it serves, and nothing after that.
        const dying = createServer((request, response) => {
          if (!request.url?.endsWith('/search')) request.socket.destroy();
          else response.setHeader('content-type', 'application/json').end('{"hits":[]}');
        }).listen(0, '127.0.0.1');
        await once(dying, 'listening');
        const { port } = dying.address() as AddressInfo;
        const settings = { ...under.settings, MEILI_URL: `http://127.0.0.1:${port}` };
        expect(await runCommand(settings, 'index', action)).toEqual({
          code: 1,
          out: '',
          err: `Meilisearch does not answer at http://127.0.0.1:${port}. Start it, or correct MEILI_URL.`,
        });
        dying.close();
      },
    );
  }
});
