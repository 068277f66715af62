import { Catch, Controller, Get, Module, Req } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AccessModule,
  ApiKey,
  ApiKeys,
  assertProjectAccess,
  Project,
  Projects,
  Public,
} from '@sessions/access';
import type { Access, AuthenticatedRequest } from '@sessions/access';
import { ApiError, encodeId } from '@sessions/contract';
import {
  createDataSource,
  createLogger,
  DatabaseModule,
  parseConfiguration,
  RuntimeModule,
} from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
import type { DataSource } from 'typeorm';
import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';

@Controller()
class Routes {
  @Get('access')
  access(@Req() { access }: AuthenticatedRequest): Access {
    return access;
  }

  @Get('write')
  write(@Req() { access }: AuthenticatedRequest): void {
    assertProjectAccess(access, access.project, 'write');
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Catch(ApiError)
class ApiErrorFilter implements ExceptionFilter<ApiError> {
  catch(error: ApiError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(error.status).headers(error.headers).send({ error: error.message });
  }
}

@Module({ imports: [DatabaseModule, AccessModule], controllers: [Routes] })
class RoutesModule {}

describe('the guard in an application', () => {
  let own: TestDatabase;
  let dataSource: DataSource;
  let keys: ApiKeys;
  let app: NestFastifyApplication;
  let projectId: string;

  async function start(environment: Record<string, string> = {}): Promise<NestFastifyApplication> {
    const configuration = parseConfiguration({ DATABASE_URL: own.url, LOG_LEVEL: 'silent', ...environment });
    const logger = createLogger('api', configuration);
    const started = await NestFactory.create<NestFastifyApplication>(
      { module: RoutesModule, imports: [RuntimeModule.of(configuration, logger)] },
      new FastifyAdapter(),
      { logger: false, abortOnError: false },
    );
    started.useGlobalFilters(new ApiErrorFilter());
    await started.init();
    return started;
  }

  async function createKey(scopes: string[]): Promise<string> {
    const created = await keys.create(projectId, { name: 'test', scopes, expiresAt: null });
    return created.key;
  }

  function get(from: NestFastifyApplication, url: string, key?: string) {
    return from.inject({ url, headers: key === undefined ? {} : { authorization: `Bearer ${key}` } });
  }

  beforeAll(async () => {
    own = await createDatabase();
    dataSource = createDataSource(own.url, { entities: [Project, ApiKey], poolSize: 2 });
    await dataSource.initialize();
    const projects = dataSource.getRepository(Project);
    keys = new ApiKeys(dataSource.getRepository(ApiKey), projects);
    app = await start();
    projectId = (await new Projects(projects).create('Acme')).id;
  });

  afterAll(async () => {
    await app.close();
    await dataSource.destroy();
    await own.drop();
  });

  it('needs a key on every route that is not public', async () => {
    const refused = await get(app, '/access');
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    expect(refused.json()).toEqual({
      error: 'There is no API key: send your API key in the header "Authorization: Bearer hiss_...".',
    });
    expect((await get(app, '/access', 'hiss_wrong')).statusCode).toBe(401);
    expect((await get(app, '/open')).body).toBe('open');
  });

  it('tells the route what the key gives access to', async () => {
    const key = await createKey(['read']);
    const answer = await get(app, '/access', key);
    const [info] = await keys.list(projectId);
    expect(answer.json()).toEqual({
      projectId,
      project: encodeId('proj', projectId),
      keyId: encodeId('key', info?.id ?? ''),
      scopes: ['read'],
    });
    expect((await get(app, '/write', key)).statusCode).toBe(403);
    expect((await get(app, '/write', await createKey(['write']))).statusCode).toBe(200);
    expect(answer.headers).not.toHaveProperty('ratelimit');
  });

  it('limits each key when a limit is set', async () => {
    const limited = await start({ LIMIT_REQUESTS_PER_SECOND: '2' });
    try {
      const [key, other] = [await createKey(['read']), await createKey(['read'])];
      const answers = await Promise.all([1, 2, 3].map(() => get(limited, '/access', key)));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
      expect(answers.map(({ headers }) => headers.ratelimit)).toEqual([
        '"default";r=1;t=1',
        '"default";r=0;t=1',
        '"default";r=0;t=1',
      ]);
      expect(answers[2]?.headers).toMatchObject({
        'ratelimit-policy': '"default";q=2;w=1',
        'retry-after': '1',
      });
      expect((await get(limited, '/access', other)).statusCode).toBe(200);
      expect((await get(limited, '/open')).headers).not.toHaveProperty('ratelimit');
    } finally {
      await limited.close();
    }
  });
});
