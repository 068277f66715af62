import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeadLetters } from './dead-letters/dead-letters';
import { ENTITIES } from './entities/entities';
import { IdempotencyKeys } from './idempotency/idempotency-keys';
import { SessionCounts } from './sessions/session-counts';
import { SessionReader } from './sessions/session-reader';
import { SessionStats } from './sessions/session-stats';
import { SessionWriter } from './sessions/session-writer';

const services = [SessionReader, SessionWriter, SessionStats, SessionCounts, IdempotencyKeys, DeadLetters];

/** Everything that reads and writes sessions in Postgres. */
@Module({
  imports: [TypeOrmModule.forFeature([...ENTITIES])],
  providers: services,
  exports: [...services, TypeOrmModule],
})
export class StorageModule {}
