import type { MinimalJob, PostgresConnection } from 'bullmq';
import { EventEmitter } from 'node:events';
import { PostgresWorkerBackend } from './postgres-worker-backend';

const NOW = 1_800_000_000_000;

/** How a job is completed, where not as the product does. */
interface Completion {
  fetchNext?: boolean;
  removed?: boolean;
  result?: string;
}

/** A backend whose server answers the statements that complete jobs together, and those that complete one. */
function setUp(together: (jobIds: string[], tokens: string[]) => object[]) {
  const sizes: number[] = [];
  const alone: string[] = [];
  const query = (statement: string, values: unknown[]) => {
    if (statement.includes('unnest')) {
      const [, jobIds, tokens] = values as [string, string[], string[], ...unknown[]];
      sizes.push(jobIds.length);
      return Promise.resolve().then(() => ({ rows: together(jobIds, tokens) }));
    }
    if (statement.includes('move_to_completed_fetch')) alone.push(values[1] as string);
    return Promise.resolve({ rows: [{ next_delay: null }] });
  };
  const connection = Object.assign(new EventEmitter(), {
    schema: 'bullmq',
    pool: { query },
    waitUntilReady: () => Promise.resolve(),
  });
  const options = { connection: {}, lockDuration: 5000 };
  const backend = new PostgresWorkerBackend(connection as unknown as PostgresConnection, 'queue', options);
  const complete = (id: string, { fetchNext = true, removed = true, result }: Completion = {}) =>
    backend.moveToCompleted({ id } as MinimalJob, result, removed, `token of ${id}`, fetchNext);
  return { complete, sizes, alone };
}

/** What the server answers of a completed job, if another one waits. */
function claimed(completed: string) {
  return {
    completed,
    id: `next of ${completed}`,
    name: 'sessions.accepted',
    data: '{"sessions":[]}',
    opts: { attempts: 3 },
    attempts_made: 1,
    attempts_started: 2,
    stalled_count: 1,
    added_at_ms: String(NOW),
    processed_at_ms: String(NOW + 5),
    delay_ms: '0',
    priority: 0,
    dedup_id: null,
    due_at_ms: null,
  };
}

function failing(code: string) {
  return () => {
    throw Object.assign(new Error('refused'), { code });
  };
}

describe('PostgresWorkerBackend', () => {
  it('completes what is done at the same time in one statement, and hands each worker the job that it claimed', async () => {
    const { complete, sizes, alone } = setUp((jobIds) => jobIds.map(claimed).reverse());
    const results = await Promise.all(['a', 'b', 'c'].map((id) => complete(id)));
    expect(sizes).toEqual([3]);
    expect(alone).toEqual([]);
    expect(results.map(({ result }) => (result as unknown[])[1])).toEqual([
      'next of a',
      'next of b',
      'next of c',
    ]);
    expect(results[0]?.result).toEqual([
      expect.objectContaining({
        id: 'next of a',
        name: 'sessions.accepted',
        data: '{"sessions":[]}',
        opts: { attempts: 3 },
        attemptsMade: 1,
        attemptsStarted: 2,
        stalledCounter: 1,
        timestamp: NOW,
        processedOn: NOW + 5,
      }),
      'next of a',
      0,
      0,
    ]);
  });

  it('says when the next job is due if none waits', async () => {
    const none = { ...claimed('a'), id: null };
    const dueAt = (due_at_ms: string | null) => setUp(() => [{ ...none, due_at_ms }]).complete('a');
    expect((await dueAt(String(NOW))).result).toEqual([null, '', 0, NOW]);
    expect((await dueAt(null)).result).toEqual([null, '', 0, 0]);
  });

  it('completes no more than 32 in a statement', async () => {
    const { complete, sizes } = setUp((jobIds) => jobIds.map(claimed));
    await Promise.all(Array.from({ length: 70 }, (_, number) => complete(String(number))));
    expect(sizes).toEqual([32, 32, 6]);
  });

  it('has BullMQ complete alone what another transaction holds', async () => {
    const { complete, alone } = setUp((jobIds) => jobIds.slice(1).map(claimed));
    await Promise.all([complete('held'), complete('free')]);
    expect(alone).toEqual(['held']);
  });

  it.each(['BM001', '40P01', 'ECONNRESET'])(
    'has BullMQ complete all alone when the statement fails with %s',
    async (code) => {
      const { complete, alone } = setUp(failing(code));
      await Promise.all([complete('a'), complete('b')]);
      expect(alone).toEqual(['a', 'b']);
    },
  );

  it('has BullMQ complete alone a job that ends a second time', async () => {
    const { complete, sizes, alone } = setUp((jobIds) => jobIds.map(claimed));
    await Promise.all([complete('a'), complete('a'), complete('b')]);
    expect([sizes, alone]).toEqual([[2], ['a']]);
  });

  it('leaves to BullMQ what keeps the job, has a result, or takes no next one', async () => {
    const { complete, sizes } = setUp(() => []);
    await Promise.all([
      complete('a', { removed: false }),
      complete('b', { result: 'something' }),
      complete('c', { fetchNext: false }),
    ]);
    expect(sizes).toEqual([]);
  });
});
