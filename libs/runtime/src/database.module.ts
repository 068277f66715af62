import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { isDeploymentFault } from './connection-error';
import { CONFIGURATION } from './config/configuration';
import type { Configuration } from './config/settings';
import { dataSourceOptions } from './data-source';
import { Database } from './database';
import { LostConnections } from './lost-connections';

/** A `Database` over the pool of a connected data source, so that both share one set of connections. */
export function databaseOf(dataSource: DataSource): Database {
  return new Database((dataSource.driver as unknown as { master: Pool }).master);
}

/** The one connection pool of a process: TypeORM's data source, and `Database` for hand-written SQL. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIGURATION, LostConnections],
      useFactory: (configuration: Configuration, watch: LostConnections) => ({
        ...dataSourceOptions(configuration.DATABASE_URL, {
          poolSize: configuration.DATABASE_POOL,
          watch,
          statementTimeoutMs: configuration.DATABASE_TIMEOUT_SECONDS * 1000,
        }),
        // A wrong password or name does not mend itself.
        toRetry: (error: unknown) => !isDeploymentFault(error),
      }),
    }),
  ],
  providers: [{ provide: Database, inject: [DataSource], useFactory: databaseOf }],
  exports: [Database],
})
export class DatabaseModule {}
