import { Client } from 'pg';
import { backends, createDatabase, queueBackends, searchEngines } from './backends';
import { meilisearchVersion, redisVersion } from './servers';

describe('the servers of a test run', () => {
  it('include a Postgres that makes databases with the schema', async () => {
    const database = await createDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ found: string | null }>("SELECT to_regclass('sessions') AS found");
    await client.end();
    await database.drop();
    expect(rows[0]?.found).toBe('sessions');
  });

  it('include every backend that is offered to describe.each', async () => {
    const { redis, meilisearch } = backends();
    if (queueBackends().includes('redis')) expect(await redisVersion(redis?.url ?? '')).toMatch(/^\d+\./);
    if (searchEngines().includes('meilisearch')) {
      expect(await meilisearchVersion(meilisearch?.url ?? '', meilisearch?.key ?? '')).toMatch(/^\d+\./);
    }
  });
});
