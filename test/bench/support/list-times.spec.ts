import { resultOf } from '../result';
import { comparedFigures, mean, slowestFigure, timesOf } from './list-times';

const lists = (...names: string[]) => names.map((name) => ({ name, parameters: {} }));

describe('the times of lists', () => {
  it('are gathered by name, of lists that are asked for again as well', () => {
    const times = timesOf(lists('tags', 'source', 'tags'), [1, 4, 3]);
    expect([...times]).toEqual([
      ['tags', [1, 3]],
      ['source', [4]],
    ]);
    expect(mean(times)).toBeCloseTo(8 / 3);
    expect(mean(times, ['source'])).toBe(4);
  });
});

describe('the figures of lists', () => {
  const round = (product: number[], limit: number[]) => {
    const asked = lists('slow', 'slow', 'slow', 'far', 'far', 'far');
    return { product: timesOf(asked, product), limit: timesOf(asked, limit) };
  };
  const rounds = [round([20, 21, 22, 2, 2, 90], [20, 20, 20, 1, 1, 1])];

  it('name the furthest from its bare page by medians, not the slowest, nor one that a stall hit', () => {
    const [, furthest] = comparedFigures('1 M stored', rounds);
    expect(furthest).toMatchObject({ note: 'far', pairs: [{ product: 2, limit: 1 }] });
    const [, stalled] = comparedFigures('1 M stored', [round([20, 21, 900, 2, 2, 2], [5, 5, 5, 1, 1, 1])]);
    expect(stalled).toMatchObject({ note: 'slow', pairs: [{ product: 21, limit: 5 }] });
  });

  it('are the same figures whichever list it is', () => {
    const other = comparedFigures('1 M stored', [round([90, 90, 90, 1, 1, 1], [20, 20, 20, 1, 1, 1])]);
    const [now, then] = [comparedFigures('1 M stored', rounds), other].map((figures) =>
      figures.map(({ what }) => what),
    );
    expect(now).toEqual(then);
  });

  it('judge those that are not compared by the slowest', () => {
    const times = timesOf(lists('one', 'two', 'one', 'two'), [80, 120, 90, 130]);
    const figure = slowestFigure('1 M stored, over 10,000', [times]);
    expect(resultOf('list', 'embedded', figure, 'abc')).toMatchObject({
      what: '1 M stored, over 10,000: the slowest',
      note: 'two',
      product: 125,
      met: false,
    });
  });
});
