import { Catch } from '@nestjs/common';
import type { INestMicroservice, RpcExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { OUTBOX_READY, QUEUE_BACKEND, QueueServer, SESSIONS_ACCEPTED } from '@sessions/queue';
import type { Patterns, QueueBackend, ServedPatterns, WeightLimit } from '@sessions/queue';
import { Database, NestLogger } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { requireMigrated } from '@sessions/storage';
import type { Observable } from 'rxjs';
import { throwError } from 'rxjs';
import { transactionLimit, weightOf } from './persist/weight';
import { WorkerModule } from './worker.module';

/** Part of the time to stop that jobs under way may take. */
const DRAIN_SHARE = 0.8;

/** Hands failures on to the queue, which tries again, instead of Nest's anonymous "internal server error". */
@Catch()
class HandOnFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

/** A worker, ready to listen: the database has its tables. */
export async function createWorker(configuration: Configuration, logger: Logger): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    WorkerModule.of(configuration, logger),
    {
      logger: new NestLogger(logger),
      abortOnError: false,
      inject: [QUEUE_BACKEND],
      useFactory: (backend: QueueBackend) => ({
        strategy: new QueueServer(
          backend,
          servedPatterns(configuration),
          configuration.SHUTDOWN_SECONDS * 1000 * DRAIN_SHARE,
          logger,
        ),
      }),
    } as never,
  );
  app.useGlobalFilters(new HandOnFilter());
  await requireMigrated(app.get(Database));
  return app;
}

/** Holds so many transactions' worth of sessions: those that are stored, and those that are fetched meanwhile. */
const HELD_TRANSACTIONS = 4;

function servedPatterns(configuration: Configuration): ServedPatterns {
  const { WORKER_ROLES, WORKER_CONCURRENCY } = configuration;
  const limit: WeightLimit = {
    most: transactionLimit(configuration).map((most) => most * HELD_TRANSACTIONS),
    weigh: (data) => weightOf((data as Patterns[typeof SESSIONS_ACCEPTED]).sessions),
  };
  return {
    ...(WORKER_ROLES.includes('persist')
      ? { [SESSIONS_ACCEPTED]: { concurrency: WORKER_CONCURRENCY, limit } }
      : {}),
    ...(WORKER_ROLES.includes('index') ? { [OUTBOX_READY]: { concurrency: 1 } } : {}),
  };
}
