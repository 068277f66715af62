import {
  AccessUnavailableError,
  ApiKey,
  ApiKeys,
  Authenticator,
  KeyLookup,
  Project,
  Projects,
} from '@sessions/access';
import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { Database, Logger } from '@sessions/runtime';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';

const REVOCATION_LIMIT_MS = 5000;

const inAnHour = () => new Date(Date.now() + 3_600_000);
const randomKey = () => `hiss_${randomBytes(36).toString('base64url')}`;

describe('projects and API keys on Postgres', () => {
  let own: TestDatabase;
  let dataSource: DataSource;
  let database: Database;
  let projects: Projects;
  let keys: ApiKeys;
  let project: Project;

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = createDataSource(own.url, { entities: [Project, ApiKey], poolSize: 5 });
    await dataSource.initialize();
    database = databaseOf(dataSource);
    projects = new Projects(dataSource.getRepository(Project));
    keys = new ApiKeys(dataSource.getRepository(ApiKey), dataSource.getRepository(Project));
    project = await projects.create('  Acme  ');
  });

  afterAll(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  function authenticator(): Authenticator {
    return new Authenticator(new KeyLookup(database), { warn: jest.fn() } as unknown as Logger);
  }

  function create(wanted: Partial<Parameters<ApiKeys['create']>[1]> = {}) {
    return keys.create(project.id, { name: 'test', scopes: ['read', 'write'], expiresAt: null, ...wanted });
  }

  it('keeps a project under its trimmed name', async () => {
    expect(project).toMatchObject({ name: 'Acme', createdAt: expect.any(Date) as Date });
    const second = await projects.create('Acme');
    expect((await projects.list()).map(({ id }) => id)).toEqual([project.id, second.id]);
  });

  it('shows a key once, and keeps only its hash', async () => {
    const { key, info } = await create({
      name: 'connector',
      scopes: ['write', 'read', 'read'],
      expiresAt: inAnHour(),
    });
    expect(key).toMatch(/^hiss_[A-Za-z0-9_-]{48}$/);
    expect(info).toMatchObject({
      name: 'connector',
      prefix: key.slice(0, 12),
      scopes: ['read', 'write'],
      revokedAt: null,
    });
    const { rows } = await database.query<{ row: string }>(
      'SELECT k::text AS row FROM api_keys k WHERE id = $1',
      [info.id],
    );
    expect(rows[0]?.row).not.toContain(key.slice(12));
    const listed = await keys.list(project.id);
    expect(listed.at(-1)).toEqual(info);
    expect(listed.at(-1)).not.toHaveProperty('keyHash');
  });

  it('gives access to the one project, with the scopes of the key', async () => {
    const { key } = await create({ scopes: ['read'] });
    await expect(authenticator().authenticate(key)).resolves.toMatchObject({
      projectId: project.id,
      scopes: ['read'],
    });
    await expect(authenticator().authenticate(randomKey())).resolves.toBeNull();
  });

  it('answers 404 for a project or key that does not exist, and 400 for what cannot be', async () => {
    const { info } = await create();
    const other = await projects.create('Other');
    await expect(keys.list(newUuid())).rejects.toMatchObject({ status: 404 });
    await expect(
      keys.create(newUuid(), { name: 'x', scopes: ['read'], expiresAt: null }),
    ).rejects.toMatchObject({ status: 404 });
    await expect(keys.revoke(other.id, info.id)).rejects.toMatchObject({ status: 404 });
    await expect(create({ name: ' ' })).rejects.toMatchObject({ status: 400 });
    await expect(create({ scopes: ['admin'] })).rejects.toMatchObject({ status: 400 });
    await expect(create({ expiresAt: new Date() })).rejects.toMatchObject({ status: 400 });
  });

  it('refuses a revoked key within 5 seconds on every process, and keeps when it was revoked first', async () => {
    const { key, info } = await create();
    const processes = [authenticator(), authenticator()];
    for (const each of processes) await expect(each.authenticate(key)).resolves.not.toBeNull();
    const first = await keys.revoke(project.id, info.id);
    const revoked = performance.now();
    const goneAfter = await Promise.all(
      processes.map(async (each) => {
        while ((await each.authenticate(key)) !== null)
          await new Promise((resolve) => setTimeout(resolve, 25));
        return performance.now() - revoked;
      }),
    );
    expect(Math.max(...goneAfter)).toBeLessThan(REVOCATION_LIMIT_MS);
    expect((await keys.revoke(project.id, info.id)).revokedAt).toEqual(first.revokedAt);
    await expect(authenticator().authenticate(key)).resolves.toBeNull();
  });

  it('refuses an expired key, also one that was in memory', async () => {
    const { key } = await create({ expiresAt: new Date(Date.now() + 700) });
    const subject = authenticator();
    await expect(subject.authenticate(key)).resolves.not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 750));
    await expect(subject.authenticate(key)).resolves.toBeNull();
    await expect(authenticator().authenticate(key)).resolves.toBeNull();
  });

  it('makes one query for 100 concurrent requests with the same key', async () => {
    const { key } = await create();
    const query = jest.spyOn(database, 'query');
    const subject = authenticator();
    const answers = await Promise.all(Array.from({ length: 100 }, () => subject.authenticate(key)));
    expect(answers.every((access) => access?.projectId === project.id)).toBe(true);
    await subject.authenticate(key);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  it('finds each key among many that are asked for at once', async () => {
    const created = await Promise.all(Array.from({ length: 30 }, () => create()));
    const subject = authenticator();
    const asked = created.flatMap(({ key }) => [key, randomKey()]);
    const answers = await Promise.all(asked.map((key) => subject.authenticate(key)));
    expect(answers.filter((access) => access !== null)).toHaveLength(30);
    expect(subject.remembered).toEqual({ known: 30, unknown: 30 });
  });

  it('serves what it remembers, and says that it cannot tell about the rest, when the database goes away', async () => {
    const lost = await createDatabase();
    const connection = createDataSource(lost.url, { entities: [Project, ApiKey], poolSize: 2 });
    await connection.initialize();
    try {
      const { id } = await new Projects(connection.getRepository(Project)).create('Lost');
      const its = new ApiKeys(connection.getRepository(ApiKey), connection.getRepository(Project));
      const { key } = await its.create(id, { name: 'x', scopes: ['read'], expiresAt: null });
      const logger = { warn: jest.fn() } as unknown as Logger;
      const subject = new Authenticator(new KeyLookup(databaseOf(connection)), logger);
      await expect(subject.authenticate(key)).resolves.toMatchObject({ projectId: id });
      await lost.drop();
      await expect(subject.authenticate(key)).resolves.toMatchObject({ projectId: id });
      await expect(subject.authenticate(randomKey())).rejects.toThrow(AccessUnavailableError);
    } finally {
      await connection.destroy();
    }
  });
});
