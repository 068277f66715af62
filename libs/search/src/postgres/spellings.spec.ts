import fc from 'fast-check';
import { isWithinOneTypo } from '../text/typo';
import { gaps, knownSpellings } from './spellings';

const LETTERS = ['a', 'b', '\u{1e922}'];
const word = fc
  .array(fc.constantFrom(...LETTERS, '1'), { minLength: 1, maxLength: 6 })
  .map((letters) => letters.join(''));

describe('spellings', () => {
  it('are, with every letter in every gap, exactly the words within one typo', () => {
    fc.assert(
      fc.property(word, word, (typed, text) => {
        const spellings = new Set([
          typed,
          ...knownSpellings(typed),
          ...gaps(typed).flatMap(({ head, tail }) => LETTERS.map((letter) => head + letter + tail)),
        ]);
        expect(spellings.has(text)).toBe(isWithinOneTypo(typed, text, false));
      }),
      { numRuns: 3000 },
    );
  });
});
