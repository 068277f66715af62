import { Authenticator, KeyLookup } from '@sessions/access';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { createDatabase, createEmptyDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { requireBuild } from '../../support/build';
import { runCommand } from '../../support/command-line';
import type { Outcome } from '../../support/command-line';

/** Every command is a process of its own, half a second on an idle machine and several on a busy one. */
jest.setTimeout(120_000);

const NO_PROJECT = 'proj_01h455vb4pex5vsknk084sn02q';

/** Runs the command line with no setting but DATABASE_URL, if that. */
function cli(databaseUrl: string | undefined, ...args: string[]): Promise<Outcome> {
  return runCommand(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }, ...args);
}

function json<Shape>({ code, out, err }: Outcome): Shape {
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Shape;
}

describe('the command line', () => {
  let own: TestDatabase;
  let run: (...args: string[]) => Promise<Outcome>;

  beforeAll(async () => {
    own = await createDatabase();
    await requireBuild();
    run = (...args) => cli(own.url, ...args);
  });

  afterAll(() => own.drop());

  it('creates and lists projects', async () => {
    expect((await run('projects', 'list')).out).toBe(
      'There is no project yet; `projects create <name>` makes one.',
    );
    const created = await run('projects', 'create', 'Acme Ltd');
    expect(created).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Created project proj_\w{26} \(Acme Ltd\)\.$/) as string,
    });
    const second = json<{ id: string }>(await run('projects', 'create', 'Second', '--json'));
    const { projects } = json<{ projects: { id: string; name: string }[] }>(
      await run('projects', 'list', '--json'),
    );
    expect(projects.map(({ name }) => name)).toEqual(['Acme Ltd', 'Second']);
    const { out } = await run('projects', 'list');
    expect(out).toMatch(/^ID +NAME +CREATED\n/);
    expect(out).toContain(second.id);
  });

  it('creates a key that works, shows it once, lists it without its secret, and revokes it', async () => {
    const project = json<{ id: string }>(await run('projects', 'create', 'Keys', '--json'));
    const shown = await run(
      'keys',
      'create',
      '--project',
      project.id,
      '--name',
      'connector',
      '--scopes',
      'read',
    );
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('Store it now');
    const key = /hiss_[A-Za-z0-9_-]{48}/.exec(shown.out)?.[0] ?? '';
    expect(await accessOf(own.url, key)).toMatchObject({ scopes: ['read'] });

    const { keys } = json<{ keys: { id: string; name: string }[] }>(
      await run('keys', 'list', '--project', project.id, '--json'),
    );
    expect(keys).toMatchObject([{ name: 'connector', scopes: ['read'], expires_at: null, revoked_at: null }]);
    const listed = await run('keys', 'list', '--project', project.id);
    expect(listed.out).toContain(`${key.slice(0, 12)}…`);
    expect(listed.out).not.toContain(key.slice(0, 20));

    const revoked = await run('keys', 'revoke', keys[0]?.id ?? '', '--project', project.id);
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining('within 5 seconds') as string });
    expect(await accessOf(own.url, key)).toBeNull();
  });

  it('creates a key that expires', async () => {
    const project = json<{ id: string }>(await run('projects', 'create', 'Expiry', '--json'));
    const created = json(
      await run('keys', 'create', '--project', project.id, '--expires', '2099-12-31', '--json'),
    );
    expect(created).toMatchObject({
      name: 'default',
      scopes: ['read', 'write'],
      expires_at: '2099-12-31T00:00:00.000Z',
      key: expect.stringMatching(/^hiss_/) as string,
    });
  });

  it.each([
    [['projects'], 2, 'Say "projects create" or "projects list".'],
    [['projects', 'create', ' '], 1, 'name must be 1 to 200 characters, none of them U+0000.'],
    [['keys', 'list', '--project', NO_PROJECT, '--yaml'], 2, "Unknown option '--yaml'"],
    [
      ['keys', 'list', '--project', NO_PROJECT],
      1,
      `There is no project ${NO_PROJECT}; \`projects list\` shows`,
    ],
    [['keys', 'create', '--project', NO_PROJECT, '--scopes', 'admin'], 1, 'scopes has no "admin"'],
    [['dance'], 2, 'There is no command "dance".'],
  ])('answers %j with code %i and a sentence', async (args, code, sentence) => {
    const outcome = await run(...args);
    expect(outcome).toMatchObject({ code, out: '' });
    expect(outcome.err.startsWith(sentence)).toBe(true);
    expect(outcome.err).not.toMatch(/^ +at /m);
    expect(outcome.err.includes('Usage:')).toBe(code === 2);
  });

  it('migrates an empty database once, also when two do it at the same time', async () => {
    const empty = await createEmptyDatabase();
    try {
      expect((await cli(empty.url, 'projects', 'list')).err).toMatch(
        /has no tables yet: run `migrate` first\.$/,
      );
      const both = await Promise.all([
        cli(empty.url, 'migrate', '--json'),
        cli(empty.url, 'migrate', '--json'),
      ]);
      const ran = both
        .map((outcome) => json<{ migrations: string[] }>(outcome).migrations.length)
        .sort((a, b) => a - b);
      expect(ran[0]).toBe(0);
      expect(ran[1]).toBeGreaterThan(0);
      expect((await cli(empty.url, 'migrate')).out).toBe(
        'The database is up to date; there was nothing to do.',
      );
      expect((await cli(empty.url, 'projects', 'list')).code).toBe(0);
    } finally {
      await empty.drop();
    }
  });

  it('says what is wrong with the database, without its password', async () => {
    expect((await cli(undefined, 'projects', 'list')).err).toMatch(/^DATABASE_URL is missing/);
    const away = await cli('postgres://user:secret@127.0.0.1:1/nowhere', 'projects', 'list');
    expect(away).toEqual({
      code: 1,
      out: '',
      err: 'The database 127.0.0.1:1/nowhere cannot be reached: start it, or correct DATABASE_URL.',
    });
    const missing = new URL(own.url);
    missing.pathname = '/no_such_database';
    for (const command of [['projects', 'list'], ['migrate']]) {
      const { code, err } = await cli(missing.href, ...command);
      expect(code).toBe(1);
      expect(err).toContain('/no_such_database does not exist on its server');
    }
  });
});

/** What a key gives access to, asked as the API asks. */
async function accessOf(databaseUrl: string, key: string) {
  const dataSource = createDataSource(databaseUrl);
  await dataSource.initialize();
  try {
    const lookup = new KeyLookup(databaseOf(dataSource));
    return await new Authenticator(lookup, {} as Logger).authenticate(key);
  } finally {
    await dataSource.destroy();
  }
}
