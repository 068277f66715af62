import { Controller } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { OUTBOX_READY } from '@sessions/queue';
import { OutboxIndexer } from '@sessions/search';

/** Runs the indexer, and wakes it when sessions were stored. */
@Controller()
export class OutboxController implements OnApplicationBootstrap {
  constructor(private readonly indexer: OutboxIndexer) {}

  onApplicationBootstrap(): Promise<void> {
    return this.indexer.start();
  }

  @EventPattern<string>(OUTBOX_READY)
  handle(): void {
    this.indexer.wake();
  }
}
