import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AccessModule } from '@sessions/access';
import { QueueModule } from '@sessions/queue';
import { DatabaseModule, RuntimeModule } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { SearchModule } from '@sessions/search';
import { DocsController } from './docs/docs.controller';
import { HealthController } from './health/health.controller';
import { Draining } from './lifecycle/draining';
import { SessionsModule } from './sessions/sessions.module';

/** The HTTP API. */
@Module({})
export class ApiModule {
  static of(configuration: Configuration, logger: Logger): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        RuntimeModule.of(configuration, logger),
        DatabaseModule,
        AccessModule,
        QueueModule,
        SearchModule,
        SessionsModule,
      ],
      controllers: [HealthController, DocsController],
      providers: [Draining],
    };
  }
}
