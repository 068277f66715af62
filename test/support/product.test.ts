import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { createDatabase } from './backends';
import { eventually } from './eventually';
import { startProduct } from './product';

describe('starting the product', () => {
  it('leaves no process behind when one of them cannot start', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const database = await createDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const settings = { HOST: '127.0.0.1', PORT: String((taken.address() as AddressInfo).port) };
    const started = startProduct({
      queue: 'postgres',
      search: 'postgres',
      databaseUrl: database.url,
      settings,
    });
    await expect(started).rejects.toThrow('The api ended with code');
    await eventually(async () => {
      const { rows } = await client.query(
        'SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return rows.length === 0;
    });
    await client.end();
    await database.drop();
    await new Promise((done) => taken.close(done));
  }, 60_000);
});
