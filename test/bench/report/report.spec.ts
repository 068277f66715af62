import { resultOf } from '../result';
import type { Report, Result } from '../result';
import type { Pair } from '../statistics';
import { atMost, atMostOver, NO_TARGET, ratioAtLeast } from '../target';
import { comparison } from './compare';
import { cellsOf, formatNumber } from './format';
import { mergeReports, withTable } from './results-table';

const pairs = (...ratios: number[]): Pair[] =>
  ratios.map((ratio) => ({ product: ratio * 10_000, limit: 10_000 }));

function resultWith(name: string, ...ratios: number[]): Result {
  const figure = { what: 'all', unit: 'sessions/s', target: ratioAtLeast(0.6), pairs: pairs(...ratios) };
  return resultOf(name, 'redis', figure, 'abc');
}

function reportWith(...results: Result[]): Report {
  const machine = { cpus: 2, cpu: 'Model', memoryGiB: 8, system: 'Linux 6' };
  return { machine, versions: { node: '20.20.2', redis: '7.0.15' }, commit: 'abc', results };
}

describe('the numbers of a table', () => {
  it.each([
    [12345.6, '12,346'],
    [99.95, '100'],
    [12.34, '12.3'],
    [0.617, '0.62'],
  ])('%d reads %s', (value, text) => expect(formatNumber(value)).toBe(text));
});

describe('the cells of a result', () => {
  it('show the spread of the ratio', () => {
    expect(cellsOf(resultWith('accept', 0.5, 0.6, 0.7))).toEqual([
      'accept',
      'all',
      'redis',
      '6,000 sessions/s',
      '10,000 sessions/s',
      '0.6×',
      '0.5 – 0.7',
      '≥ 0.6×',
      'met',
    ]);
  });

  it('show that of the product where there is no limit', () => {
    const figure = { what: 'p99', unit: 'ms', target: atMost(50), pairs: [{ product: 60 }, { product: 80 }] };
    const cells = cellsOf(resultOf('accept', 'redis', figure, 'abc'));
    expect(cells).toEqual(['accept', 'p99', 'redis', '70 ms', '', '', '60 – 80', '≤ 50 ms', 'missed']);
  });
});

describe('a note', () => {
  const noted = (note: string, ...ratios: number[]) =>
    resultOf(
      'list',
      'embedded',
      { what: 'the slowest', note, unit: 'ms', target: ratioAtLeast(0.6), pairs: pairs(...ratios) },
      'abc',
    );

  it('stands in the table and makes no other figure', () => {
    expect(cellsOf(noted('tags and source', 0.5))[1]).toBe('the slowest (tags and source)');
    expect(comparison([noted('tags', 0.5)], [noted('source', 0.5)])).toEqual([
      '1 figures did not move; 0 are new.',
    ]);
  });
});

describe('the cells of a result that may be so much above its limit', () => {
  it('show the difference, by which it is judged', () => {
    const pairs = [
      { product: 12, limit: 8 },
      { product: 16, limit: 10 },
      { product: 11, limit: 4 },
    ];
    const figure = { what: 'median', unit: 'ms', target: atMostOver(5), pairs };
    const cells = cellsOf(resultOf('search', 'meilisearch', figure, 'abc'));
    expect(cells.slice(5)).toEqual(['6 ms more', '4 – 7', '≤ 5 ms more', 'missed']);
  });
});

describe('the cells of a result without a target', () => {
  it('judge nothing', () => {
    const figure = { what: 'load', unit: 'sessions/s', target: NO_TARGET, pairs: [{ product: 60 }] };
    const cells = cellsOf(resultOf('end-to-end', 'embedded', figure, 'abc'));
    expect(cells.slice(-2)).toEqual(['', '']);
  });
});

describe('comparison', () => {
  it('names what lies outside the spread of the other run', () => {
    const before = [resultWith('faster', 0.5, 0.52, 0.54), resultWith('same', 0.5, 0.6, 0.7)];
    const now = [resultWith('faster', 0.6, 0.65, 0.7), resultWith('same', 0.5, 0.65, 0.7)];
    expect(comparison(before, [...now, resultWith('new', 1)])).toEqual([
      'faster, all, redis: 0.52 → 0.65 (+25 %)',
      '1 figures did not move; 1 are new.',
    ]);
  });
});

describe('the report of the documents', () => {
  it('keeps the results of benches that did not run again', () => {
    const before = reportWith(resultWith('accept', 0.5), resultWith('get', 0.7));
    const merged = mergeReports(before, reportWith(resultWith('accept', 0.6)));
    expect(merged.results.map(({ name, product }) => [name, product])).toEqual([
      ['accept', 6000],
      ['get', 7000],
    ]);
  });

  it('replaces figure by figure, and keeps of ten million what only --large measures, with its commit', () => {
    const sized = (what: string, ratio: number, commit: string) =>
      resultOf('list', 'redis', { what, unit: 'ms', target: ratioAtLeast(0.6), pairs: pairs(ratio) }, commit);
    const large = ['10 M stored: p99', '10 M stored, to 10 k'];
    const before = reportWith(
      ...['1 M stored: p99', '1 M stored: an old name', ...large].map((what) => sized(what, 0.5, 'old')),
    );
    const usual = mergeReports(before, reportWith(sized('1 M stored: p99', 0.6, 'new')));
    expect(usual.results.map(({ what, commit }) => [what, commit])).toEqual([
      ['10 M stored: p99', 'old'],
      ['10 M stored, to 10 k', 'old'],
      ['1 M stored: p99', 'new'],
    ]);
    const now = reportWith(sized('1 M stored: p99', 0.6, 'new'), sized('10 M stored: p99', 0.6, 'new'));
    expect(mergeReports(before, now).results.map(({ what, commit }) => [what, commit])).toEqual([
      ['1 M stored: p99', 'new'],
      ['10 M stored: p99', 'new'],
    ]);
  });

  it('replaces the table of the page and nothing else', () => {
    const page = 'Before.\n\n<!-- results -->\nold\n<!-- end of results -->\n\nAfter.\n';
    const written = withTable(page, reportWith(resultWith('accept', 0.6)));
    expect(written).toMatch(/^Before\.\n[^]*\| accept \| all \| redis \|[^]*`abc`[^]*After\.\n$/);
    expect(written).not.toContain('old');
    expect(withTable(written, reportWith())).not.toContain('accept');
    const empty = '<!-- results -->\n<!-- end of results -->\n';
    expect(withTable(empty, reportWith(resultWith('accept', 0.6)))).toContain('accept');
  });

  it('says so when the page has no place for the table', () => {
    expect(() => withTable('Nothing here.', reportWith())).toThrow('lacks the comments');
  });
});
