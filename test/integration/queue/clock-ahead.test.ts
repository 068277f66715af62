import { SESSIONS_ACCEPTED } from '@sessions/queue';
import { Client } from 'pg';
import { makeQueue } from '../../conformance/queue-backend/queue-under-test';
import { eventually } from '../../support/eventually';

describe('a queue on Postgres that a worker whose clock was ahead looked after', () => {
  it('gives the jobs of a worker that died to others, and not only when it is as late as that', async () => {
    const queue = await makeQueue('postgres');
    const worker = await queue.join();
    const database = new Client({ connectionString: worker.url });
    await database.connect();
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    try {
      await worker.client.add(SESSIONS_ACCEPTED, { sessions: [] }, { jobId: 'job' });
      let taken = 0;
      await worker.serve({
        [SESSIONS_ACCEPTED]: () => {
          taken += 1;
          return finished;
        },
      });
      await eventually(() => taken === 1);
      await database.query(
        `INSERT INTO bullmq.meta (queue, field, value) SELECT queue, 'stalled-check', $1 FROM bullmq.job
         ON CONFLICT (queue, field) DO UPDATE SET value = excluded.value`,
        [Date.now() + 86_400_000],
      );
      await database.query(`UPDATE bullmq.job SET lock_token = 'of a dead worker', locked_until_ms = 1`);
      await eventually(() => taken === 2);
    } finally {
      finish();
      await database.end();
      await queue.close();
    }
  }, 60_000);
});
