import { Module } from '@nestjs/common';
import { DeadLetters } from './dead-letters/dead-letters';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { SessionCounts } from './sessions/session-counts';
import { SessionReader } from './sessions/session-reader';
import { SessionStats } from './sessions/session-stats';
import { SessionWriter } from './sessions/session-writer';

const services = [SessionReader, SessionWriter, SessionStats, SessionCounts, IdempotencyKeys, DeadLetters];

/** Everything that reads and writes sessions in Postgres. */
@Module({
  providers: services,
  exports: services,
})
export class StorageModule {}
