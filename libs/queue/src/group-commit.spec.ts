import fc from 'fast-check';
import { GroupCommit } from './group-commit';
import type { GroupCommitOptions } from './group-commit';

/** An item is its weight by two measures. */
type Item = [number, number];

/** Commits that stay under way until they are let go, and the groups that were committed. */
function setUp(options: Partial<GroupCommitOptions<Item, string>> = {}) {
  const groups: Item[][] = [];
  const underWay: { finish: () => void; fail: (error: Error) => void }[] = [];
  const commit = jest.fn((items: Item[]) => {
    groups.push(items);
    return new Promise<string[]>((resolve, reject) => {
      underWay.push({ finish: () => resolve(items.map(String)), fail: reject });
    });
  });
  const group = new GroupCommit<Item, string>({
    maxDelayMs: 5,
    maxWeight: [3, 100],
    weigh: (item) => item,
    maxInFlight: 2,
    commit,
    isolates: () => false,
    ...options,
  });
  const sizes = () => groups.map(({ length }) => length);
  return { group, groups, sizes, underWay, commit };
}

describe('GroupCommit', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lets the first item of a group wait for others, for the delay and no longer', async () => {
    const { group, sizes, underWay } = setUp();
    const first = group.add([1, 1]);
    await jest.advanceTimersByTimeAsync(4);
    const second = group.add([1, 2]);
    expect(sizes()).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(sizes()).toEqual([2]);
    underWay[0]?.finish();
    await expect(Promise.all([first, second])).resolves.toEqual(['1,1', '1,2']);
  });

  it('answers nobody before the group is stored', async () => {
    const { group, underWay } = setUp();
    const answered = jest.fn();
    const item = group.add([3, 1]).then(answered);
    await jest.advanceTimersByTimeAsync(1000);
    expect(answered).not.toHaveBeenCalled();
    underWay[0]?.finish();
    await item;
  });

  it('does not wait once a group is full by its first measure', () => {
    const { group, sizes } = setUp();
    for (let count = 0; count < 7; count += 1) void group.add([1, 0]);
    expect(sizes()).toEqual([3, 3]);
  });

  it('does not wait once a group is full by its second measure, nor lets it grow beyond', () => {
    const { group, groups } = setUp();
    void group.add([1, 60]);
    void group.add([1, 50]);
    void group.add([1, 50]);
    expect(groups).toEqual([
      [[1, 60]],
      [
        [1, 50],
        [1, 50],
      ],
    ]);
  });

  it('makes a group of its own of an item that is too heavy', () => {
    const { group, groups } = setUp({ maxInFlight: 9 });
    void group.add([1, 1]);
    void group.add([1, 5000]);
    void group.add([1, 99]);
    void group.add([1, 1]);
    expect(groups).toEqual([
      [[1, 1]],
      [[1, 5000]],
      [
        [1, 99],
        [1, 1],
      ],
    ]);
  });

  it('lets groups grow while as many as allowed are under way', async () => {
    const { group, sizes, underWay } = setUp({ maxInFlight: 1, maxWeight: [10, 100] });
    void group.add([1, 0]);
    await jest.advanceTimersByTimeAsync(5);
    for (let count = 0; count < 8; count += 1) {
      void group.add([1, 0]);
      await jest.advanceTimersByTimeAsync(5);
    }
    expect(sizes()).toEqual([1]);
    underWay[0]?.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(sizes()).toEqual([1, 8]);
  });

  it('lets groups grow while as many that were not full as allowed are under way, and full ones pass', async () => {
    const { group, sizes, underWay } = setUp({ maxInFlight: 3, maxPartialInFlight: 1, maxWeight: [4, 100] });
    void group.add([1, 0]);
    await jest.advanceTimersByTimeAsync(5);
    void group.add([1, 0]);
    await jest.advanceTimersByTimeAsync(5);
    expect(sizes()).toEqual([1]);
    for (let count = 0; count < 3; count += 1) void group.add([1, 0]);
    expect(sizes()).toEqual([1, 4]);
    for (let count = 0; count < 2; count += 1) void group.add([1, 0]);
    await jest.advanceTimersByTimeAsync(5);
    expect(sizes()).toEqual([1, 4]);
    underWay[0]?.finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(sizes()).toEqual([1, 4, 2]);
  });

  it('stores full groups first come, first served', async () => {
    const { group, groups, underWay } = setUp({ maxInFlight: 1 });
    for (const weight of [1, 2, 3, 4]) void group.add([3, weight]);
    for (let stored = 0; stored < 4; stored += 1) {
      underWay[stored]?.finish();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(groups.flat().map(([, weight]) => weight)).toEqual([1, 2, 3, 4]);
  });

  it('fails all of a group when the failure is none of its items', async () => {
    const { group, underWay, commit } = setUp();
    const settled = Promise.allSettled([group.add([2, 0]), group.add([1, 0])]);
    underWay[0]?.fail(new Error('away'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(commit).toHaveBeenCalledTimes(1);
  });

  it('fails one item alone when it is at fault', async () => {
    const { group, commit } = setUp({
      isolates: (error) => (error as Error).message === 'bad item',
      commit: (items) =>
        items.some(([, weight]) => weight === 13)
          ? Promise.reject(new Error('bad item'))
          : Promise.resolve(items.map(String)),
    });
    const settled = await Promise.allSettled([group.add([1, 1]), group.add([1, 13]), group.add([1, 2])]);
    expect(settled).toMatchObject([{ value: '1,1' }, { reason: { message: 'bad item' } }, { value: '1,2' }]);
    expect(commit).not.toHaveBeenCalled();
  });

  it('goes on after a failure', async () => {
    const { group, underWay } = setUp({ maxInFlight: 1 });
    const failing = group.add([3, 0]);
    const next = group.add([3, 1]);
    underWay[0]?.fail(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await jest.advanceTimersByTimeAsync(0);
    underWay[1]?.finish();
    await expect(next).resolves.toBe('3,1');
  });

  it('rejects an item that cannot be weighed, alone', async () => {
    const { group } = setUp({
      weigh: (item) => {
        if (item[0] < 0) throw new Error('no weight');
        return item;
      },
      commit: (items) => Promise.resolve(items.map(String)),
    });
    await expect(group.add([-1, 0])).rejects.toThrow('no weight');
    await expect(group.add([3, 0])).resolves.toBe('3,0');
  });
});

describe('GroupCommit, whatever the schedule', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('gives every item exactly its own result, within the limits', async () => {
    const item = fc.record({ weight: fc.integer({ min: 1, max: 12 }), bad: fc.boolean() });
    const limits = fc.record({
      max: fc.integer({ min: 1, max: 10 }),
      inFlight: fc.integer({ min: 1, max: 3 }),
      partial: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 30 }),
        limits,
        fc.scheduler(),
        async (items, { max, inFlight, partial }, s) => {
          let underWay = 0;
          const group = new GroupCommit<{ index: number; weight: number; bad: boolean }, number>({
            maxDelayMs: 1,
            maxWeight: [max],
            weigh: ({ weight }) => [weight],
            maxInFlight: inFlight,
            maxPartialInFlight: partial,
            isolates: () => true,
            commit: async (members) => {
              underWay += 1;
              expect(underWay).toBeLessThanOrEqual(inFlight);
              const total = members.reduce((sum, { weight }) => sum + weight, 0);
              expect(members.length === 1 || total <= max).toBe(true);
              await s.schedule(Promise.resolve());
              underWay -= 1;
              if (members.some(({ bad }) => bad)) throw new Error('bad');
              return members.map(({ index }) => index);
            },
          });
          const results = items.map(async (given, index) => {
            await s.schedule(Promise.resolve());
            return group.add({ ...given, index });
          });
          const settled = Promise.allSettled(results);
          // Delays end anywhere in the schedule, and once nothing else is left to happen, each time for one group.
          const pass = () => void jest.advanceTimersByTime(1);
          for (let delay = 0; delay < items.length; delay += 1) void s.schedule(Promise.resolve()).then(pass);
          for (let delay = 0; delay < items.length; delay += 1) await s.waitIdle().then(pass);
          await s.waitIdle();
          for (const [index, result] of (await settled).entries()) {
            expect(result).toMatchObject(
              items[index]?.bad ? { reason: { message: 'bad' } } : { value: index },
            );
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
