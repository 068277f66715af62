import type { Figure } from './bench';
import { resultOf } from './result';
import { atMost, atMostOver, ratioAtLeast, ratioAtMost } from './target';

const figure = (changes: Partial<Figure>): Figure => ({
  what: '64 connections',
  unit: 'sessions/s',
  target: ratioAtLeast(0.6),
  pairs: [
    { product: 60, limit: 100 },
    { product: 90, limit: 100 },
    { product: 140, limit: 200 },
  ],
  ...changes,
});

describe('a result', () => {
  it('holds the medians, and the ratio of each pair', () => {
    expect(resultOf('accept', 'redis', figure({}), 'abc')).toMatchObject({
      product: 90,
      limit: 100,
      ratio: { median: 0.7, min: 0.6, max: 0.9 },
      range: [60, 140],
      target: '≥ 0.6×',
      met: true,
      commit: 'abc',
    });
  });

  it.each([
    [ratioAtLeast(0.8), '≥ 0.8×', false],
    [ratioAtMost(0.8), '≤ 0.8×', true],
    [atMost(50), '≤ 50 sessions/s', false],
    [atMostOver(-50), '≤ -50 sessions/s more', false],
    [atMostOver(0), '≤ 0 sessions/s more', true],
  ])('is judged by its target, %j', (target, text, met) => {
    expect(resultOf('accept', 'redis', figure({ target }), 'abc')).toMatchObject({ target: text, met });
  });

  it('has no ratio without a limit, and cannot be judged by one', () => {
    const alone = { pairs: [{ product: 40 }] };
    const result = resultOf('start', 'redis', figure({ ...alone, target: atMost(50) }), 'abc');
    expect(result).toMatchObject({ product: 40, limit: null, ratio: null, met: true });
    expect(() => resultOf('start', 'redis', figure(alone), 'abc')).toThrow(RangeError);
  });
});
