import fc from 'fast-check';
import { doubleDigits, forgivesTypo, isWithinOneTypo } from './typo';

/** Damerau-Levenshtein distance of characters (neighbours swapped count one) by the text-book table. */
function distance(leftWord: string, rightWord: string): number {
  const [left, right] = [Array.from(leftWord), Array.from(rightWord)];
  const table = Array.from({ length: left.length + 1 }, (_, i) =>
    Array.from({ length: right.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => table[i]?.[j] ?? 0;
  for (let i = 1; i <= left.length; i++) {
    for (let j = 1; j <= right.length; j++) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) best = Math.min(best, at(i - 2, j - 2) + 1);
      table[i]?.splice(j, 1, best);
    }
  }
  return at(left.length, right.length);
}

/** Of the letters beyond the Basic Multilingual Plane two share their first half, and two their second. */
const word = fc
  .array(fc.constantFrom('a', 'b', '1', '\u{1e922}', '\u{1e923}', '\u{10522}'), {
    minLength: 1,
    maxLength: 7,
  })
  .map((letters) => letters.join(''));

describe('isWithinOneTypo', () => {
  it.each([
    ['export', 'exprot', true],
    ['export', 'xport', true],
    ['export', 'axport', true],
    ['export', 'exportt', true],
    ['export', 'exrpto', false],
    ['export', 'exports', true],
    ['export', 'exporting', false],
    ['48213', '48214', false],
    ['48213', '42813', false],
    ['v12345', 'x12345', true],
  ])('%s and %s: %s', (typed, text, expected) => {
    expect(isWithinOneTypo(typed, text, false)).toBe(expected);
  });

  it.each([
    ['exprot', 'exporting', true],
    ['expor', 'expo', true],
    ['export', 'exp', false],
    ['12345', '1234', false],
  ])('a beginning of %s and %s: %s', (typed, text, expected) => {
    expect(isWithinOneTypo(typed, text, true)).toBe(expected);
  });

  it('is the distance between the words with their digits doubled', () => {
    fc.assert(
      fc.property(word, word, (typed, text) => {
        const expected = distance(doubleDigits(typed), doubleDigits(text)) <= 1;
        expect(isWithinOneTypo(typed, text, false)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('as a prefix is that of the nearest beginning', () => {
    fc.assert(
      fc.property(word, word, (typed, text) => {
        const whole = Array.from(doubleDigits(text));
        const beginnings = [[], ...whole].map((_, length) => whole.slice(0, length).join(''));
        const expected = beginnings.some((beginning) => distance(doubleDigits(typed), beginning) <= 1);
        expect(isWithinOneTypo(typed, text, true)).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('forgivesTypo', () => {
  it.each([
    ['word', false],
    ['words', true],
    ['v120', true],
    ['12', false],
    ['\u{1e922}'.repeat(4), false],
    ['\u{1e922}'.repeat(5), true],
  ])('%s: %s', (typed, expected) => {
    expect(forgivesTypo(typed)).toBe(expected);
  });
});
