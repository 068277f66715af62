import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CONFIGURATION } from './config/configuration';
import type { Configuration } from './config/settings';
import { LOGGER } from './logging/logger';
import type { Logger } from './logging/logger';
import { LostConnections } from './lost-connections';

/** What every part of a process may ask for: its configuration, its logger, and a watch over its connections. */
@Global()
@Module({})
export class RuntimeModule {
  /** Offers the values that `main.ts` made before Nest started. */
  static of(configuration: Configuration, logger: Logger): DynamicModule {
    return {
      module: RuntimeModule,
      providers: [
        { provide: CONFIGURATION, useValue: configuration },
        { provide: LOGGER, useValue: logger },
        LostConnections,
      ],
      exports: [CONFIGURATION, LOGGER, LostConnections],
    };
  }
}
