import { createDataSource } from '@sessions/runtime';
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
];

/** Any number will do that no other lock has, as long as every version of the product uses this one. */
const MIGRATION_LOCK = 7_340_021;

/**
 * Brings the database's schema up to date and returns the names of the migrations that ran. Safe to call again and
 * by several processes at once: a session-level advisory lock lets one work while the others wait.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = createDataSource(databaseUrl, { migrations: MIGRATIONS, poolSize: 2 });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    // The lock ends with its connection, which a failure may have ended already.
    await dataSource.destroy();
  }
}
