import { ApiKey, Project } from '@sessions/access';
import { createDataSource } from '@sessions/runtime';
import { ENTITIES, migrate } from '@sessions/storage';
import type { DataSource } from 'typeorm';
import { createEmptyDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';

describe('the schema', () => {
  let own: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    own = await createEmptyDatabase();
    dataSource = createDataSource(own.url, { entities: [...ENTITIES, Project, ApiKey], poolSize: 2 });
    await dataSource.initialize();
    await dataSource.query(
      `CREATE TABLE typeorm_metadata (type text, database text, schema text, "table" text, name text, value text)`,
    );
  });

  afterEach(async () => {
    await dataSource.destroy();
    await own.drop();
  });

  async function differences(): Promise<string[]> {
    // TypeORM looks here for the expressions of generated columns.
    await dataSource.query('TRUNCATE typeorm_metadata');
    await dataSource.query(`INSERT INTO typeorm_metadata
      SELECT 'GENERATED_COLUMN', table_catalog, table_schema, table_name, column_name, generation_expression
      FROM information_schema.columns WHERE is_generated = 'ALWAYS'`);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  }

  it('that the migrations make is the one that the entities describe', async () => {
    expect(await differences()).not.toEqual([]);
    await migrate(own.url);
    expect(await differences()).toEqual([]);
  });

  it('stays as it is when the migrations run again', async () => {
    const first = await migrate(own.url);
    expect(first.length).toBeGreaterThan(0);
    expect(await migrate(own.url)).toEqual([]);
    expect(await differences()).toEqual([]);
  });

  it('is made once by processes that start at the same moment', async () => {
    const ran = await Promise.all(Array.from({ length: 6 }, () => migrate(own.url)));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    const recorded = await dataSource.query<{ name: string }[]>(
      'SELECT name FROM schema_migrations ORDER BY id',
    );
    expect(recorded.map(({ name }) => name)).toEqual(ran.flat());
    expect(await differences()).toEqual([]);
  });
});
