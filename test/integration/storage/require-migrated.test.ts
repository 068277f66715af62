import { requireMigrated } from '@sessions/storage';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

describe('requireMigrated', () => {
  let own: OwnDatabase;
  beforeAll(async () => {
    own = await openDatabase();
  });
  afterAll(() => own.close());

  it('is content with the tables of this version, and of a later one', async () => {
    await own.database.query(
      "INSERT INTO schema_migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')",
    );
    await expect(requireMigrated(own.database)).resolves.toBeUndefined();
  });

  it('names what has yet to be migrated', async () => {
    await own.database.query("DELETE FROM schema_migrations WHERE name LIKE 'KeyedIds%'");
    await expect(requireMigrated(own.database)).rejects.toThrow(
      /^DATABASE_URL: .* \(KeyedIds\d+\): run its `migrate` first\.$/,
    );
  });

  it('fails where nothing ever was', async () => {
    await own.database.query('DROP TABLE schema_migrations');
    await expect(requireMigrated(own.database)).rejects.toMatchObject({ code: '42P01' });
  });
});
