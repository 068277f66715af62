import { Client } from 'pg';
import { createDatabase } from './backends';

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
});
