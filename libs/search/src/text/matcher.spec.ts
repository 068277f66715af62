import fc from 'fast-check';
import { matches, sessionWords } from './matcher';
import { parseQuery } from './query';

const session = sessionWords([
  'Login flow confusion',
  null,
  'The export button does nothing',
  'in Chrome 120',
]);
const finds = (text: string) => matches(parseQuery(text), session);

describe('matches', () => {
  it.each([
    ['login', true],
    ['chrome login', true],
    ['login firefox', false],
    ['login expo', true],
    ['expo login', false],
    ['exprot login', true],
    ['buton', true],
    ['flwo x', false],
    ['"does nothing"', true],
    ['"nothing does"', false],
    ['"nothing in"', false],
    ['"exprot"', false],
    ['"expor"', false],
    ['login -chrome', false],
    ['login -chrom', true],
    ['login -"does nothing"', false],
    ['-firefox', true],
    ['chrome 12', true],
    ['12 chrome', false],
    ['', true],
    ['?!', true],
  ])('%j: %s', (text, expected) => {
    expect(finds(text)).toBe(expected);
  });

  const words = fc.array(fc.stringMatching(/^[a-c]{1,6}$/), { minLength: 1, maxLength: 8 });

  it('finds every session by its own words in any order', () => {
    fc.assert(
      fc.property(words, fc.array(fc.nat(7)), (text, picks) => {
        const query = picks.map((pick) => text[pick % text.length]).join(' ');
        expect(matches(parseQuery(query), sessionWords([text.join(' ')]))).toBe(true);
      }),
    );
  });

  it('finds no session that holds an excluded word, and each that does not', () => {
    fc.assert(
      fc.property(words, fc.stringMatching(/^[a-c]{1,6}$/), (text, excluded) => {
        expect(matches(parseQuery(`-${excluded}`), sessionWords([text.join(' ')]))).toBe(
          !text.includes(excluded),
        );
      }),
    );
  });
});
