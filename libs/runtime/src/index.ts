export { CONFIGURATION, ConfigurationError, parseConfiguration } from './config/configuration';
export { settings } from './config/settings';
export type { Configuration, SettingName, WorkerRole } from './config/settings';
export { Database } from './database';
export type { Queryable, Statement } from './database';
