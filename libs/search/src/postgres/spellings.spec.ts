import fc from 'fast-check';
import { isWithinOneTypo } from '../text/typo';
import { gaps, knownSpellings } from './spellings';

const word = fc.stringMatching(/^[ab1]{1,6}$/);

describe('spellings', () => {
  it('are, with every letter in every gap, exactly the words within one typo', () => {
    fc.assert(
      fc.property(word, word, (typed, text) => {
        const spellings = new Set([
          typed,
          ...knownSpellings(typed),
          ...gaps(typed).flatMap(({ head, tail }) => ['a', 'b'].map((letter) => head + letter + tail)),
        ]);
        expect(spellings.has(text)).toBe(isWithinOneTypo(typed, text, false));
      }),
      { numRuns: 3000 },
    );
  });
});
