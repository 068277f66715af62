import fc from 'fast-check';
import { nested } from '../testing/arbitrary-body';
import { jsonProblem, textProblem } from './json-value';

describe('textProblem', () => {
  it.each([
    ['', null],
    ['déjà vu 😀', null],
    ['\uFFFF\uFEFF\u0001', null],
    ['a\0b', 'must not contain the character U+0000'],
    ['\ud83d', 'must be well-formed Unicode, without half of a surrogate pair'],
    ['\ude00\ud83d', 'must be well-formed Unicode, without half of a surrogate pair'],
  ])('says of %j: %j', (text, problem) => expect(textProblem(text)).toBe(problem));

  it('lets through exactly the text that UTF-8 gives back, without U+0000', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(0xffff), (text, code) => {
        const any = text + String.fromCharCode(code);
        const kept = Buffer.from(any).toString() === any && !any.includes('\0');
        expect(textProblem(any) === null).toBe(kept);
      }),
    );
  });
});

describe('jsonProblem', () => {
  const tooLarge = 'is a number too large to be kept exactly; send it as a string';
  const tooSmall = 'is a number closer to 0 than 1e-50; send it as a string';

  it('has nothing against JSON that a database gives back as it was', () => {
    const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' });
    const keepable = json.filter((value) => !/e\+|e-\d{2}|\\u0000|\d{16}/.test(JSON.stringify(value)));
    fc.assert(fc.property(keepable, (value) => expect(jsonProblem(value)).toBeNull()));
  });

  it.each<[unknown, string, string]>([
    ['\0', '', 'must not contain the character U+0000'],
    [{ a: { b: ['x', '\0'] } }, '.a.b[1]', 'must not contain the character U+0000'],
    [{ a: '\ud800' }, '.a', 'must be well-formed Unicode, without half of a surrogate pair'],
    [{ a: { '\0': 1 } }, '.a', 'has a key that must not contain the character U+0000'],
    [{ a: [2 ** 53] }, '.a[0]', tooLarge],
    [{ a: -(2 ** 53) }, '.a', tooLarge],
    [{ a: 1e22 }, '.a', tooLarge],
    [{ a: JSON.parse('1e400') as unknown }, '.a', tooLarge],
    [{ a: [5e-324] }, '.a[0]', tooSmall],
    [{ a: -9e-51 }, '.a', tooSmall],
  ])('finds in %j what is wrong at %j', (value, at, must) =>
    expect(jsonProblem(value)).toEqual({ at, must }),
  );

  it.each([2 ** 53 - 1, -(2 ** 53 - 1), 0.1, 1e-50, -1.4e-45, 0, -0])('keeps the number %d', (number) => {
    expect(jsonProblem({ number })).toBeNull();
  });

  it('allows 32 levels, of which an array is one', () => {
    expect(jsonProblem(nested(32))).toBeNull();
    expect(jsonProblem(nested(33))).toEqual({ at: '', must: 'must not be nested deeper than 32 levels' });
    expect(jsonProblem({ list: [nested(30)] })).toBeNull();
    expect(jsonProblem({ list: [nested(31)] })).not.toBeNull();
  });
});
