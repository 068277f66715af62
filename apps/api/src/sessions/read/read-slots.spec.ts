import { ReadSlots } from './read-slots';

/** Work that ends when it is told to. */
function setUp(pool: number) {
  const slots = new ReadSlots({ DATABASE_POOL: pool });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const read = (name: string) =>
    slots.run(name.slice(0, 1), () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { slots, begun, read, end };
}

describe('ReadSlots', () => {
  it('gives a project half of the connections, and all together leave two', async () => {
    const { begun, read, end } = setUp(6);
    const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map(read);
    expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
    await end('b1');
    expect(begun.slice(4)).toEqual(['b2']);
    await end('a1');
    expect(begun.slice(5)).toEqual(['a4']);
    await end('a2');
    expect(begun.slice(6)).toEqual(['c1']);
    for (const name of ['a3', 'a4', 'b2', 'c1']) await end(name);
    await expect(Promise.all(all)).resolves.toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']);
  });

  it('refuses for a while who waited for five seconds, and lets those behind go on', async () => {
    jest.useFakeTimers();
    const { begun, read, end } = setUp(2);
    const [first, second] = [read('a1'), read('a2')];
    const refused = expect(second).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    await jest.advanceTimersByTimeAsync(4999);
    const third = read('b1');
    await jest.advanceTimersByTimeAsync(1);
    await refused;
    jest.useRealTimers();
    await end('a1');
    expect(begun).toEqual(['a1', 'b1']);
    await end('b1');
    await expect(Promise.all([first, third])).resolves.toEqual(['a1', 'b1']);
  });

  it('lets the next one begin when one fails', async () => {
    const slots = new ReadSlots({ DATABASE_POOL: 2 });
    const fail = () => Promise.reject(new Error('away'));
    await expect(slots.run('a', fail)).rejects.toThrow('away');
    const [failed, next] = [slots.run('a', fail), slots.run('a', () => Promise.resolve('next'))];
    await expect(failed).rejects.toThrow('away');
    await expect(next).resolves.toBe('next');
  });
});
