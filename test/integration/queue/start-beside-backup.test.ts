import { SESSIONS_ACCEPTED } from '@sessions/queue';
import { Client } from 'pg';
import { makeQueue } from '../../conformance/queue-backend/queue-under-test';
import type { QueueUnderTest } from '../../conformance/queue-backend/queue-under-test';

describe('a queue on Postgres of which a backup holds the tables', () => {
  let queue: QueueUnderTest;
  let backup: Client;

  beforeEach(async () => {
    queue = await makeQueue('postgres');
    const { url } = await queue.join();
    backup = new Client({ connectionString: url });
    await backup.connect();
  });

  afterEach(async () => {
    await backup.end();
    await queue.close();
  });

  const hold = () => backup.query('BEGIN; LOCK TABLE bullmq.migration, bullmq.job IN ACCESS SHARE MODE');

  it('is opened by processes that start meanwhile', async () => {
    await hold();
    const { client } = await queue.join();
    await client.add(SESSIONS_ACCEPTED, { sessions: [] });
    await expect(client.backlog(SESSIONS_ACCEPTED)).resolves.toBe(1);
  });

  it('says why it cannot be opened where the tables are to be brought up to date', async () => {
    await backup.query('UPDATE bullmq.migration SET version = version - 1000');
    await hold();
    await expect(queue.join()).rejects.toThrow('somebody holds the tables');
  });
});
