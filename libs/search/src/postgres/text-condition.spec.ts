import { typedFirst } from './text-condition';

const terms = (...words: string[]) => words.map((word) => ({ word, asPrefix: false }));

describe('typedFirst', () => {
  it('looks up the words as typed, then the other spellings of each, the other words in any that is left', () => {
    const typed = [terms('red'), terms('blue'), terms('green')];
    const told = [terms('red', 'rod'), terms('blue'), terms('green', 'greed', 'grown')];
    expect(typedFirst(typed, told)).toEqual([
      typed,
      [terms('rod'), terms('blue'), terms('green', 'greed', 'grown')],
      [terms('greed', 'grown'), terms('red'), terms('blue')],
    ]);
  });

  it('finds every combination of spellings', () => {
    const told = [terms('a', 'b'), terms('c', 'd', 'e'), terms('f', 'g')];
    const lookUps = typedFirst([terms('a'), terms('c'), terms('f')], told);
    const isIn = (session: string[]) => (words: { word: string }[][]) =>
      words.every((spellings) => spellings.some(({ word }) => session.includes(word)));
    for (const first of 'ab')
      for (const second of 'cde')
        for (const third of 'fg') expect(lookUps.some(isIn([first, second, third]))).toBe(true);
  });

  it('looks everything up at once after that when many words have several spellings', () => {
    const typed = ['a', 'b', 'c', 'd'].map((word) => terms(word));
    const told = ['a', 'b', 'c', 'd'].map((word) => terms(word, `${word}x`));
    expect(typedFirst(typed, told)).toEqual([typed, told]);
  });
});
