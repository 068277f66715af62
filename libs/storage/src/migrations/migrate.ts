import { createDataSource, SettingError } from '@sessions/runtime';
import type { Queryable } from '@sessions/runtime';
import { Initial } from './0001-initial';
import { Search } from './0002-search';
import { DeadLetterOrder } from './0003-dead-letters';
import { IndexTruth } from './0004-index-truth';
import { SessionIndexes } from './0005-session-indexes';
import { SessionCounts } from './0006-session-counts';
import { SearchSegments } from './0008-search-segments';
import { NameIndex } from './0009-name-index';
import { OutboxRoom } from './0011-outbox-room';
import { OutboxClaims } from './0012-outbox-claims';
import { ChangesByOthers } from './0013-changes-by-others';
import { KeyedIds } from './0014-keyed-ids';
import { LeasesOutlastChanges } from './0015-leases-outlast-changes';

/** Every migration, oldest first. */
const MIGRATIONS = [
  Initial,
  Search,
  DeadLetterOrder,
  IndexTruth,
  SessionIndexes,
  SessionCounts,
  SearchSegments,
  NameIndex,
  OutboxRoom,
  OutboxClaims,
  ChangesByOthers,
  KeyedIds,
  LeasesOutlastChanges,
];

/** Any number will do that no other lock has, as long as every version of the product uses this one. */
const MIGRATION_LOCK = 7_340_021;

/** Whoever comes to a table later waits behind a migration that waits for it, as it may for a backup. */
const TABLE_LOCK_MS = 5000;

/**
 * Brings the database's schema up to date and returns the names of the migrations that ran. Safe to call again and
 * by several processes at once: a session-level advisory lock lets one work while the others wait.
 *
 * @throws pg's `DatabaseError` 55P03 when a table is in use for too long; the migrations before have run then
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const settings = { migrations: MIGRATIONS, poolSize: 2, lockTimeoutMs: TABLE_LOCK_MS };
  const dataSource = createDataSource(databaseUrl, settings);
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SET lock_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    // The lock ends with its connection, which a failure may have ended already.
    await dataSource.destroy();
  }
}

/**
 * Resolves if every migration of this version has run; those of later versions do no harm.
 *
 * @throws SettingError that names those that have not
 * @throws pg's `DatabaseError` when none ever has, as then there is no list of them
 */
export async function requireMigrated(database: Queryable): Promise<void> {
  const { rows } = await database.query<{ name: string }>('SELECT name FROM schema_migrations');
  const ran = new Set(rows.map(({ name }) => name));
  const missing = MIGRATIONS.map((Migration) => new Migration().name).filter((name) => !ran.has(name));
  if (missing.length === 0) return;
  throw new SettingError(
    `DATABASE_URL: the database lacks migrations of this version (${missing.join(', ')}): run its \`migrate\` first.`,
  );
}
