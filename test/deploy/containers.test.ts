import { Redis } from 'ioredis';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectWithKey } from '../../apps/cli/src/start/first-project';
import { freePort } from '../../apps/cli/src/start/embedded-postgres';
import { backends, createEmptyDatabase, queueBackends } from '../support/backends';
import type { SpawnSyncReturns } from 'node:child_process';
import type { TestDatabase } from '../support/backends';
import { requireBuild } from '../support/build';
import { dropIndex, dropQueue } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { startProcess } from '../support/product-process';
import type { ProductProcess } from '../support/product-process';
import { readCompose } from './compose-file';
import { productionInstall } from './production-install';

const { services } = readCompose({ POSTGRES_PASSWORD: 'p', REDIS_PASSWORD: 'r', MEILI_MASTER_KEY: 'm' });

/** The commands of docker-compose.yml's own services, run as its containers would, against this run's servers. */
describe('the containers of docker-compose.yml', () => {
  let folder: string;
  let database: TestDatabase;
  let environment: Record<string, string>;
  const started: ProductProcess[] = [];

  beforeAll(async () => {
    await requireBuild();
    folder = await productionInstall();
    database = await createEmptyDatabase();
    environment = environmentFor(database.url, await freePort());
  }, 90_000);

  afterAll(async () => {
    for (const one of started) await one.end();
    if (environment.REDIS_URL) await dropQueue(environment.REDIS_URL, environment.QUEUE_NAME ?? '');
    if (environment.MEILI_URL) {
      await dropIndex(environment.MEILI_URL, environment.MEILI_API_KEY ?? '', environment.SEARCH_INDEX ?? '');
    }
    await database.drop();
  }, 60_000);

  it('hold no packages for development', () => {
    expect(existsSync(join(folder, 'node_modules', 'typescript'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules', 'jest'))).toBe(false);
  });

  it('point at each other by the names of their services', () => {
    const hosts = ['DATABASE_URL', 'REDIS_URL', 'MEILI_URL'].map(
      (name) => new URL(services.api?.environment?.[name] ?? '').hostname,
    );
    expect(hosts).toEqual(['postgres', 'redis', 'meilisearch']);
    for (const host of hosts) expect(services).toHaveProperty(host);
  });

  it('migrate an empty database, then again without harm', () => {
    for (let run = 0; run < 2; run++) {
      const { status, stdout, stderr } = runCommand(services.migrate?.command);
      expect({ status, stderr, stdout }).toMatchObject({ status: 0, stderr: '' });
    }
  });

  it('take a session, store it, find it, report healthy, and stop cleanly', async () => {
    for (const role of ['api', 'worker'] as const) {
      const [program, script] = services[role]?.command ?? [];
      expect(program).toBe('node');
      started.push(await startProcess(role, environment, { folder, script }));
    }
    const { projectId, apiKey } = await createProjectWithKey(database.url, 'Containers');
    const url = `http://127.0.0.1:${environment.PORT}/api/sessions?projectId=${projectId}`;
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      name: 'In a container',
      messages: [{ role: 'user', content: 'Quokka sighted.' }],
    });
    const created = await fetch(url, { method: 'POST', headers, body });
    expect(created.status).toBe(201);
    await eventually(async () => {
      const answer = (await (await fetch(`${url}&search=quokka`, { headers })).json()) as { total: number };
      return answer.total === 1;
    });
    const [kind, ...check] = services.api?.healthcheck?.test ?? [];
    expect(kind).toBe('CMD');
    expect(runCommand(check.map((word) => word.replace(':3000', `:${environment.PORT}`))).status).toBe(0);
    for (const one of started.splice(0)) expect(await one.end()).toBe(0);
    expect(runCommand(check.map((word) => word.replace(':3000', `:${environment.PORT}`))).status).toBe(1);
  }, 60_000);

  if (queueBackends().includes('redis')) {
    it('run a Redis that keeps everything', async () => {
      const port = await freePort();
      const [program = '', ...args] = services.redis?.command ?? [];
      const server = spawn(
        program,
        [...args, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
        {
          stdio: 'ignore',
        },
      );
      const redis = new Redis({ port, password: 'r' });
      try {
        const kept = await redis.config('GET', 'append*', 'maxmemory-policy');
        expect(kept).toEqual(expect.arrayContaining(['yes', 'always', 'noeviction']));
      } finally {
        redis.disconnect();
        server.kill('SIGKILL');
      }
    });
  }

  function runCommand(command: string[] = []): SpawnSyncReturns<string> {
    const [program = '', ...args] = command;
    return spawnSync(program, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment },
      encoding: 'utf8',
    });
  }
});

/** What compose sets, with the servers that this machine has in place of the containers'. */
function environmentFor(databaseUrl: string, port: number): Record<string, string> {
  const { redis, meilisearch } = backends();
  const name = `test-${randomBytes(6).toString('hex')}`;
  return {
    ...services.api?.environment,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis?.url ?? '',
    MEILI_URL: meilisearch?.url ?? '',
    MEILI_API_KEY: meilisearch?.key ?? '',
    PORT: String(port),
    HOST: '127.0.0.1',
    QUEUE_NAME: name,
    SEARCH_INDEX: name,
    NODE_ENV: 'production',
  };
}
