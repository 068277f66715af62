import { Controller, Inject } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { OUTBOX_READY } from '@sessions/queue';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import { OutboxIndexer } from '@sessions/search';

/** Runs the indexer, and wakes it when sessions were stored. */
@Controller()
export class OutboxController implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly indexer: OutboxIndexer,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.indexer.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.indexer.stop(this.configuration.SHUTDOWN_SECONDS * 500);
  }

  @EventPattern<string>(OUTBOX_READY)
  handle(): void {
    this.indexer.wake();
  }
}
