import fc from 'fast-check';
import { copyChunks, copyValue } from './copy-rows';
import type { CopyValue } from './copy-rows';

const MEANINGS: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };

const rowOf = (values: readonly CopyValue[]) => `${values.map(copyValue).join('\t')}\n`;

/** Reads a row the way that Postgres documents for COPY's text format. */
function parse(row: string): CopyValue[] {
  expect(row.endsWith('\n')).toBe(true);
  return row
    .slice(0, -1)
    .split('\t')
    .map((value) =>
      value === '\\N' ? null : value.replace(/\\(.)/g, (_all, letter: string) => MEANINGS[letter] ?? letter),
    );
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\\', 'N', '\n', '\t', '\r', '.', 'a') }),
);

describe('COPY in text format', () => {
  it('keeps every text and every null, one line a row', () => {
    fc.assert(
      fc.property(fc.array(fc.option(text), { minLength: 1 }), (values) => {
        const row = rowOf(values);
        expect(parse(row)).toEqual(values);
        expect(row.indexOf('\n')).toBe(row.length - 1);
      }),
    );
  });

  it('writes numbers and booleans as Postgres reads them', () => {
    expect(rowOf(['', 17, true, null])).toBe('\t17\ttrue\t\\N\n');
  });

  it('writes what is missing as NULL', () => {
    expect(rowOf(['a', undefined])).toBe('a\t\\N\n');
  });

  it('sends all rows, in order, in pieces of bounded size', () => {
    const rows = Array.from({ length: 50 }, (_, number) => `${number} ${'ä'.repeat(5000)}\n`);
    const chunks = [...copyChunks(rows)];
    expect(Buffer.concat(chunks).toString()).toBe(rows.join(''));
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(200_000);
    expect([...copyChunks([])]).toEqual([]);
  });
});
