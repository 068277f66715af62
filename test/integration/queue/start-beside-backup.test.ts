import { SESSIONS_ACCEPTED } from '@sessions/queue';
import { Client } from 'pg';
import { makeQueue } from '../../conformance/queue-backend/queue-under-test';

describe('a queue on Postgres of which a backup holds all tables', () => {
  it('is opened by processes that start meanwhile', async () => {
    const queue = await makeQueue('postgres');
    const first = await queue.join();
    const backup = new Client({ connectionString: first.url });
    await backup.connect();
    try {
      await backup.query('BEGIN; LOCK TABLE bullmq.migration, bullmq.job IN ACCESS SHARE MODE');
      const second = await queue.join();
      await second.client.add(SESSIONS_ACCEPTED, { sessions: [] });
      await expect(second.client.backlog(SESSIONS_ACCEPTED)).resolves.toBe(1);
    } finally {
      await backup.end();
      await queue.close();
    }
  });

  it('says why it cannot be opened where the tables are to be brought up to date', async () => {
    const queue = await makeQueue('postgres');
    const first = await queue.join();
    const backup = new Client({ connectionString: first.url });
    await backup.connect();
    try {
      await backup.query('UPDATE bullmq.migration SET version = version - 1000');
      await backup.query('BEGIN; LOCK TABLE bullmq.migration IN ACCESS SHARE MODE');
      await expect(queue.join()).rejects.toThrow('somebody holds the tables');
    } finally {
      await backup.end();
      await queue.close();
    }
  });
});
