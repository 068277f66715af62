import { createDataSource } from '@sessions/runtime';
import { migrate } from '@sessions/storage';
import { Client } from 'pg';
import { Initial } from '../../../libs/storage/src/migrations/0001-initial';
import { Search } from '../../../libs/storage/src/migrations/0002-search';
import { createEmptyDatabase } from '../../support/backends';

describe('migrate, beside a backup that holds every table', () => {
  it('gives up, so that nobody waits behind it, and goes on when it is run again', async () => {
    const own = await createEmptyDatabase();
    const before = await createDataSource(own.url, { migrations: [Initial, Search] }).initialize();
    await before.runMigrations();
    const backup = new Client({ connectionString: own.url });
    await backup.connect();
    try {
      await backup.query('BEGIN');
      await backup.query('LOCK TABLE sessions, idempotency_keys, search_outbox IN ACCESS SHARE MODE');
      await expect(migrate(own.url)).rejects.toMatchObject({ code: '55P03' });
      await backup.query('COMMIT');
      expect(await migrate(own.url)).not.toEqual([]);
      expect(await migrate(own.url)).toEqual([]);
    } finally {
      await backup.end();
      await before.destroy();
      await own.drop();
    }
  }, 60_000);
});
