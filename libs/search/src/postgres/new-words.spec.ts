import { NewWords } from './new-words';

describe('NewWords', () => {
  it('leaves out what is known of the same project', () => {
    const words = new NewWords(new Map([['a', new Set(['known'])]]));
    words.add('a', ['known', 'other']);
    words.add('b', ['known']);
    expect(words.words()).toEqual([
      ['a', 'other'],
      ['b', 'known'],
    ]);
  });

  it('leaves out what became known after it was gathered', () => {
    const known = new Map<string, Set<string>>();
    const words = new NewWords(known);
    words.add('a', ['first', 'second']);
    known.set('a', new Set(['first']));
    expect(words.words()).toEqual([['a', 'second']]);
  });

  it('gives only words that a mistyped one may have meant, and their letters once', () => {
    const words = new NewWords(new Map());
    words.add('a', ['123456', 'abc', 'a12', 'noon']);
    expect(words.words()).toEqual([
      ['a', 'a12'],
      ['a', 'noon'],
    ]);
    expect(words.letters().map(([, letter]) => letter)).toEqual(['a', 'n', 'o']);
  });
});
