import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIGURATION, Database, LOGGER, LostConnections } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { AcceptedSessions } from './accepted-sessions';
import { PostgresBackend } from './backends/postgres-backend';
import { QUEUE_BACKEND } from './backends/queue-backend';
import type { QueueBackend } from './backends/queue-backend';
import { RedisBackend } from './backends/redis-backend';
import { errorReporter } from './error-reporter';
import { QueueClient } from './transport/queue-client';

/**
 * The backend that the configuration chooses: Redis when `REDIS_URL` is set, else Postgres.
 *
 * @param connections watch over those to Postgres, in processes that live long
 */
export function chooseQueueBackend(
  configuration: Configuration,
  database: Database,
  logger: Logger,
  connections?: LostConnections,
): QueueBackend {
  const { REDIS_URL, DATABASE_URL, QUEUE_NAME } = configuration;
  const onError = errorReporter(logger);
  return REDIS_URL === undefined
    ? new PostgresBackend(DATABASE_URL, QUEUE_NAME, database, onError, connections)
    : new RedisBackend(REDIS_URL, QUEUE_NAME, onError);
}

/** The queue: its backend, a client that puts jobs in, and the accepted sessions that wait in it. */
@Module({
  providers: [
    {
      provide: QUEUE_BACKEND,
      inject: [CONFIGURATION, Database, LOGGER, LostConnections],
      useFactory: chooseQueueBackend,
    },
    {
      provide: QueueClient,
      inject: [QUEUE_BACKEND],
      useFactory: (backend: QueueBackend) => new QueueClient(backend),
    },
    AcceptedSessions,
  ],
  exports: [QUEUE_BACKEND, QueueClient, AcceptedSessions],
})
export class QueueModule implements OnApplicationShutdown {
  constructor(
    private readonly client: QueueClient,
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
  ) {}

  /** By now HTTP is drained and workers are closed, so nothing uses the connections any more. */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
    await this.backend.close();
  }
}
