import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyGuard } from '@sessions/access';
import { QUEUE_BACKEND, QueueClient, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { QueueBackend } from '@sessions/queue';
import { Database, NestLogger } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { requireMigrated } from '@sessions/storage';
import { ApiModule } from './api.module';
import { serveDirectly } from './http/direct-route';
import { ErrorFilter } from './http/exception.filter';
import { Draining } from './lifecycle/draining';
import { createHttpAdapter, prepareServer } from './http/server';
import { DIRECT_ROUTES } from './sessions/sessions.module';

/**
 * The API, ready to listen: the database has its tables, its queue is open, and what the queue's server promises has been
 * checked.
 */
export async function createApi(
  configuration: Configuration,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.of(configuration, logger),
    createHttpAdapter(logger),
    { logger: new NestLogger(logger), bodyParser: false, abortOnError: false },
  );
  await requireMigrated(app.get(Database));
  const server = app.getHttpAdapter().getInstance();
  prepareServer(server, app.get(ApiKeyGuard), app.get(Draining), configuration);
  for (const route of DIRECT_ROUTES) serveDirectly(server, route, app.get(route));
  app.useGlobalFilters(new ErrorFilter());
  await app.get(QueueClient).connect(SESSIONS_ACCEPTED);
  for (const warning of await app.get<QueueBackend>(QUEUE_BACKEND).durabilityWarnings()) logger.warn(warning);
  return app;
}
