import fc from 'fast-check';
import { isSpacelessWord, tokenize } from './tokenizer';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('tokenize', () => {
  it.each([
    ['Login flow-confusion, again!', ['login', 'flow', 'confusion', 'again']],
    ['Crème BRÛLÉE Ærø Straße Łódź', ['creme', 'brulee', 'aero', 'strasse', 'lodz']],
    ['ＦＵＬＬ width ﬁne ½', ['full', 'width', 'fine', '1', '2']],
    ['東京タワー and 한국어', ['東', '京', 'タ', 'ワ', 'ー', 'and', '한국어']],
    ['ユーザーIDをﾃﾞｰﾀ', ['ユ', 'ー', 'ザ', 'ー', 'id', 'を', 'デ', 'ー', 'タ']],
    ['Acme™ portal, 5㎏', ['acme', 'portal', '5kg']],
    ['हिन्दी', ['हिन्दी']],
    ['ΣΊΣΥΦΟΣ', ['σισυφοσ']],
    ["don't v1.20 a_b", ['don', 't', 'v1', '20', 'a', 'b']],
    ['\ud800 lone \0 😀', ['lone']],
    ['', []],
  ])('splits %j', (text, words) => {
    expect(tokenize(text)).toEqual(words);
  });

  it('cuts a long word at 60 characters, never inside one', () => {
    expect(tokenize('x'.repeat(300))).toEqual(['x'.repeat(60)]);
    expect(tokenize('𐐨'.repeat(70))).toEqual(['𐐨'.repeat(60)]);
  });

  it('finds the same words in its own words again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const words = tokenize(text);
        expect(tokenize(words.join(' '))).toEqual(words);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells words of scripts without spaces from others', () => {
    expect(['東', 'ー'].every(isSpacelessWord)).toBe(true);
    expect(isSpacelessWord('한국어')).toBe(false);
  });
});
