import fc from 'fast-check';
import { asksForNothing, parseQuery } from './query';

describe('parseQuery', () => {
  const nothing = { words: [], lastIsPrefix: false, phrases: [], excluded: [] };

  it.each([
    ['login flow', { words: ['login', 'flow'], lastIsPrefix: true }],
    ['  Login   FLOW  ', { words: ['login', 'flow'], lastIsPrefix: true }],
    ['e-mail', { words: ['e', 'mail'], lastIsPrefix: true }],
    ['export "does nothing"', { words: ['export'], phrases: [['does', 'nothing']] }],
    ['“does nothing” export', { words: ['export'], lastIsPrefix: true, phrases: [['does', 'nothing']] }],
    ['"never closed', { phrases: [['never', 'closed']] }],
    ['foo"bar baz"', { words: ['foo'], phrases: [['bar', 'baz']] }],
    ['login -chrome', { words: ['login'], excluded: [['chrome']] }],
    [
      '-"a b" --c -e-mail x',
      { words: ['x'], lastIsPrefix: true, excluded: [['a', 'b'], ['c'], ['e', 'mail']] },
    ],
    ['a - b', { words: ['a', 'b'], lastIsPrefix: true }],
    ['東京 x', { words: ['x'], lastIsPrefix: true, phrases: [['東', '京']] }],
    ['東', { words: ['東'], lastIsPrefix: true }],
    ['-chrome', { excluded: [['chrome']] }],
    ['"" - "', {}],
    ['!?… 😀', {}],
    ['', {}],
  ])('reads %j', (text, expected) => {
    expect(parseQuery(text)).toEqual({ ...nothing, ...expected });
  });

  it('ignores words after the tenth, those of phrases and exclusions included', () => {
    expect(parseQuery('1 2 3 4 5 6 7 8 9 10 11 12').words).toEqual('1 2 3 4 5 6 7 8 9 10'.split(' '));
    expect(parseQuery('1 2 3 4 5 6 -7 "8 9 10 11" -12')).toEqual({
      words: ['1', '2', '3', '4', '5', '6'],
      lastIsPrefix: false,
      phrases: [['8', '9', '10']],
      excluded: [['7']],
    });
  });

  it('never throws and never keeps more than ten words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a" -]{0,60}$/)), (text) => {
        const { words, phrases, excluded } = parseQuery(text);
        expect(words.length + phrases.flat().length + excluded.flat().length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 2000 },
    );
  });

  it('asks for nothing without a word', () => {
    expect(asksForNothing(parseQuery(' .. '))).toBe(true);
    expect(asksForNothing(parseQuery('-x'))).toBe(false);
  });
});
