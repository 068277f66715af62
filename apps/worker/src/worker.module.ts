import { Module } from '@nestjs/common';
import type { DynamicModule, Type } from '@nestjs/common';
import { QueueModule } from '@sessions/queue';
import { DatabaseModule, RuntimeModule } from '@sessions/runtime';
import type { Configuration, Logger, WorkerRole } from '@sessions/runtime';
import { SearchModule } from '@sessions/search';
import { StorageModule } from '@sessions/storage';
import { OutboxController } from './index/outbox.controller';
import { CountFolderService } from './maintenance/count-folder.service';
import { MaintenanceService } from './maintenance/maintenance.service';
import { DatabaseBreaker } from './persist/database-breaker';
import { PersistController } from './persist/persist.controller';
import { Persister } from './persist/persister';

@Module({
  imports: [StorageModule, QueueModule],
  controllers: [PersistController],
  providers: [Persister, DatabaseBreaker],
})
class PersistModule {}

@Module({ imports: [SearchModule], controllers: [OutboxController] })
class IndexModule {}

@Module({ imports: [StorageModule, QueueModule], providers: [MaintenanceService, CountFolderService] })
class MaintenanceModule {}

const ROLES: Readonly<Record<WorkerRole, Type>> = {
  persist: PersistModule,
  index: IndexModule,
  maintenance: MaintenanceModule,
};

/** A worker process, with the roles that are configured. */
@Module({})
export class WorkerModule {
  static of(configuration: Configuration, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        RuntimeModule.of(configuration, logger),
        DatabaseModule,
        QueueModule,
        ...configuration.WORKER_ROLES.map((role) => ROLES[role]),
      ],
    };
  }
}
