import { createDatabase } from '../../support/backends';
import type { TestDatabase } from '../../support/backends';
import { startLimit } from './limit-process';

describe('the process of a limit', () => {
  let database: TestDatabase;
  const outside = process.env.REDIS_URL;

  beforeAll(async () => {
    database = await createDatabase();
    process.env.REDIS_URL = 'redis://127.0.0.1:1';
  });
  afterAll(async () => {
    if (outside === undefined) delete process.env.REDIS_URL;
    else process.env.REDIS_URL = outside;
    await database.drop();
  });

  it('has the settings that it is given and none that the caller happens to have', async () => {
    const settings = { DATABASE_URL: database.url, QUEUE_NAME: 'limit-process', GATHER_MS: '0' };
    const limit = await startLimit('accept', settings);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(limit.url, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(201);
    await limit.stop();
  });
});
