import { Client } from 'pg';
import { requireBuild } from '../../support/build';
import { runCommand } from '../../support/command-line';
import { openDatabase } from '../storage/support';
import type { OwnDatabase } from '../storage/support';

describe('the command queue', () => {
  let own: OwnDatabase;
  beforeAll(async () => {
    own = await openDatabase();
    await requireBuild();
  }, 60_000);
  afterAll(() => own.close());

  const run = (...args: string[]) =>
    runCommand({ DATABASE_URL: own.url, INGEST_MAX_BACKLOG: '7' }, 'queue', ...args);

  it('shows what waits, what may, and who takes it', async () => {
    const worker = new Client({ connectionString: own.url, application_name: 'sessions.sessions.accepted' });
    await worker.connect();
    try {
      const { code, out } = await run('status', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual({
        backend: 'postgres',
        name: 'sessions',
        jobs: 0,
        most_jobs: 7,
        memory_percent: null,
        most_memory_percent: 90,
        workers: 1,
      });
    } finally {
      await worker.end();
    }
    const { out } = await run('status');
    expect(out.split('\n')).toEqual([
      'Queue    sessions in Postgres',
      'Jobs     0 jobs waiting or under way; at 7 the API refuses sessions',
      'Workers  0',
    ]);
  }, 60_000);

  it('says what it can show when it is asked for something else', async () => {
    const { code, err } = await run('drain');
    expect(code).toBe(2);
    expect(err).toContain('Say "queue status".');
  }, 60_000);
});
