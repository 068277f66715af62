import { eachInTurn, inTurn, median, pairUp, quantile, summarise } from './statistics';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('is refused for nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('quantile', () => {
  it('is the value below which that share lies', () => {
    const values = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(quantile(values, 0.99)).toBe(991);
    expect(quantile([7], 0.99)).toBe(7);
  });
});

describe('summarise', () => {
  it('says the median and how far the values lie apart', () => {
    expect(summarise([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
  });
});

describe('inTurn', () => {
  it('measures every side once a round', async () => {
    const order: string[] = [];
    const side = (name: string, value: number) => () => Promise.resolve(order.push(name) && value);
    const { product, limit } = await inTurn(2, { product: side('A', 1), limit: side('B', 2) });
    expect(order).toEqual(['A', 'B', 'A', 'B']);
    expect(pairUp(product, limit)).toEqual([
      { product: 1, limit: 2 },
      { product: 1, limit: 2 },
    ]);
  });
});

describe('eachInTurn', () => {
  it('asks every side about an item before the next, the other one first from item to item', async () => {
    const order: string[] = [];
    const side = (name: string) => (item: number) => Promise.resolve(order.push(name + item) && item * 10);
    const sides = { product: side('A'), limit: side('B') };
    expect(await eachInTurn([1, 2], sides)).toEqual({ product: [10, 20], limit: [10, 20] });
    await eachInTurn([3, 4], sides, 1);
    expect(order).toEqual(['A1', 'B1', 'B2', 'A2', 'B3', 'A3', 'A4', 'B4']);
  });
});
