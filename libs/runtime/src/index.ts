export { CONFIGURATION, ConfigurationError, parseConfiguration } from './config/configuration';
export { MOST_PENDING_SESSIONS, settings } from './config/settings';
export type { Configuration, WorkerRole } from './config/settings';
export {
  isConflict,
  isLockedOut,
  isDatabaseAway,
  isDeploymentFault,
  isInternalFault,
  isStatementTimeout,
  isUniqueViolation,
  lacksRight,
} from './connection-error';
export { createDataSource } from './data-source';
export type { DataSourceSettings } from './data-source';
export { Database } from './database';
export type { Queryable, Statement, Transaction } from './database';
export { databaseOf, DatabaseModule } from './database.module';
export { sleep, within } from './lifecycle/process';
export { runProcess } from './lifecycle/run-process';
export type { RunningProcess } from './lifecycle/run-process';
export { SettingError, startProblem } from './lifecycle/start-problem';
export { createLogger, LOGGER, NestLogger } from './logging/logger';
export type { Logger } from './logging/logger';
export { LostConnections } from './lost-connections';
export { RuntimeModule } from './runtime.module';
