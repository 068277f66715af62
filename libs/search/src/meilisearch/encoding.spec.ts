import fc from 'fast-check';
import { tokenize } from '../text/tokenizer';
import { encodeWord } from './encoding';

const word = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .map((text) => tokenize(text)[0])
  .filter((found) => found !== undefined);

describe('encodeWord', () => {
  it.each([
    ['export', '$export'],
    ['v12', '$v1122'],
    ['é', '$\u{f00e9}'],
    ['𐐨', '$\u{100428}'],
  ])('%s', (plain, encoded) => {
    expect(encodeWord(plain)).toBe(encoded);
  });

  it('keeps beginnings, and nothing else, as beginnings', () => {
    fc.assert(
      fc.property(word, word, (left, right) => {
        expect(encodeWord(left).startsWith(encodeWord(right))).toBe(left.startsWith(right));
      }),
    );
  });

  it('stays below the 250 bytes from which Meilisearch ignores words', () => {
    expect(Buffer.byteLength(encodeWord('𐐨'.repeat(60)))).toBeLessThan(250);
    expect(Buffer.byteLength(encodeWord('1'.repeat(60)))).toBeLessThan(250);
  });
});
