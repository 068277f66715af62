import type { Job } from 'bullmq';
import { HeldWeight } from './held-weight';

const MOST_JOBS = 10;

/** A worker that takes jobs of a weight. */
function setUp(most: readonly number[]) {
  let active: ((job: Job) => void) | undefined;
  const worker = {
    concurrency: MOST_JOBS,
    on: (event: string, listener: (job: Job) => void) => {
      if (event === 'active') active = listener;
    },
  };
  const held = new HeldWeight(worker as never, { most, weigh: (data) => data as number[] });
  const take = (...weight: number[]): Job => {
    const job = { data: weight } as Job;
    active?.(job);
    return job;
  };
  return { worker, held, take };
}

describe('HeldWeight', () => {
  it('leaves the number of jobs alone while they weigh less than the limit', () => {
    const { worker, take } = setUp([100]);
    take(50);
    take(49);
    expect(worker.concurrency).toBe(MOST_JOBS);
  });

  it('has the worker take no more jobs than it holds once they weigh enough, until some are done', () => {
    const { worker, held, take } = setUp([100]);
    const [first, second, third] = [take(50), take(50), take(50)];
    expect(worker.concurrency).toBe(3);
    held.release(first);
    expect(worker.concurrency).toBe(2);
    held.release(second);
    expect(worker.concurrency).toBe(MOST_JOBS);
    held.release(third);
    expect(worker.concurrency).toBe(MOST_JOBS);
  });

  it('takes one job whatever it weighs', () => {
    const { worker, held, take } = setUp([100]);
    const heavy = take(1000);
    expect(worker.concurrency).toBe(1);
    held.release(heavy);
    expect(worker.concurrency).toBe(MOST_JOBS);
  });

  it('looks at every measure', () => {
    const { worker, take } = setUp([100, 1000]);
    take(1, 600);
    expect(worker.concurrency).toBe(MOST_JOBS);
    take(1, 400);
    expect(worker.concurrency).toBe(2);
  });

  it('never takes more jobs than the worker was made for', () => {
    const { worker, take } = setUp([100]);
    for (let job = 0; job < MOST_JOBS + 3; job += 1) take(100);
    expect(worker.concurrency).toBe(MOST_JOBS);
  });
});
