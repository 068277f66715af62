import { SharedLoad } from './shared-load';

describe('SharedLoad', () => {
  function scripted() {
    const ends: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
    const load = new SharedLoad(
      () => new Promise<number>((resolve, reject) => ends.push({ resolve, reject })),
    );
    return { ends, load };
  }

  it('gives who asks while it runs the next one, and all of them the same', async () => {
    const { ends, load } = scripted();
    const first = load.next();
    const [second, third] = [load.next(), load.next()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve(1);
    expect(await first).toBe(1);
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.resolve(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
  });

  it('never runs two at once, whenever somebody asks', async () => {
    const { ends, load } = scripted();
    const first = load.next();
    void load.next();
    const inBetween = first.then(() => load.next());
    ends[0]?.resolve(1);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(ends).toHaveLength(2);
    expect(load.isRunning).toBe(true);
    ends[1]?.resolve(2);
    expect(await inBetween).toBe(2);
    await Promise.resolve();
    expect(load.isRunning).toBe(false);
  });

  it('begins anew for who asks when none runs', async () => {
    const { ends, load } = scripted();
    const first = load.next();
    ends[0]?.resolve(1);
    await first;
    const second = load.next();
    ends[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  it('goes on after one that failed', async () => {
    const { ends, load } = scripted();
    const [first, second] = [load.next(), load.next()];
    ends[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    ends[1]?.resolve(2);
    expect(await second).toBe(2);
  });
});
