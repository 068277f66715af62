import { SESSIONS_ACCEPTED } from '@sessions/queue';
import { Client } from 'pg';
import { makeQueue } from '../../conformance/queue-backend/queue-under-test';
import type { QueueUnderTest } from '../../conformance/queue-backend/queue-under-test';
import { eventually } from '../../support/eventually';

const JOBS = ['job-1', 'job-2', 'job-3', 'job-4'];

describe('jobs that are done at the same time, on Postgres', () => {
  let queue: QueueUnderTest;
  let database: Client;
  /** Lets all jobs be done. */
  let finish: () => void;

  beforeEach(async () => {
    queue = await makeQueue('postgres');
    const worker = await queue.join();
    database = new Client({ connectionString: worker.url });
    await database.connect();
    for (const jobId of JOBS) await worker.client.add(SESSIONS_ACCEPTED, { sessions: [] }, { jobId });
    let held = 0;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    await worker.serve({
      [SESSIONS_ACCEPTED]: () => {
        held += 1;
        return finished;
      },
    });
    await eventually(() => held === JOBS.length);
  }, 30_000);
  afterEach(async () => {
    await database.end();
    await queue.close();
  }, 30_000);

  const left = async (): Promise<string[]> => {
    const { rows } = await database.query<{ id: string }>('SELECT id FROM bullmq.job ORDER BY id');
    return rows.map(({ id }) => id);
  };
  const becomes = (jobs: string[]) => eventually(async () => (await left()).join() === jobs.join());

  it('are completed in one transaction', async () => {
    await database.query(`
      CREATE TABLE completed (job_id text, made_by xid8 DEFAULT pg_current_xact_id());
      CREATE FUNCTION note_completed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.completed (job_id) VALUES (old.id); RETURN old; END $$;
      CREATE TRIGGER note_completed BEFORE DELETE ON bullmq.job FOR EACH ROW EXECUTE FUNCTION note_completed()`);
    finish();
    await becomes([]);
    const { rows } = await database.query('SELECT count(*)::int AS jobs FROM completed GROUP BY made_by');
    expect(rows).toEqual([{ jobs: JOBS.length }]);
  });

  it('do not wait for one that another transaction holds, which is completed later', async () => {
    await database.query('BEGIN');
    await database.query(`SELECT FROM bullmq.job WHERE id = 'job-2' FOR UPDATE`);
    finish();
    await becomes(['job-2']);
    await database.query('COMMIT');
    await becomes([]);
  });

  it('do not suffer from one that was taken over, which stays with whoever has it', async () => {
    await database.query(`UPDATE bullmq.job SET lock_token = 'of another worker' WHERE id = 'job-3'`);
    finish();
    await becomes(['job-3']);
    const { rows } = await database.query('SELECT state, lock_token FROM bullmq.job');
    expect(rows).toEqual([{ state: 'active', lock_token: 'of another worker' }]);
  });
});
