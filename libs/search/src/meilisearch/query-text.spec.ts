import { parseQuery } from '../text/query';
import { hasLongPhrase, queryText } from './query-text';

describe('queryText', () => {
  it.each([
    ['login exp', '$login $exp'],
    ['log in exp', '"$log" "$in" $exp'],
    ['login -chrome', '-$chrome $login '],
    ['login "a b" "c"', '"$a $b" "$c" $login '],
    ['"a b" login', '"$a $b" $login'],
    ['-"a b" login', '$login'],
    ['', ' '],
  ])('%j', (text, expected) => {
    expect(queryText(parseQuery(text))).toBe(expected);
  });

  it.each([
    ['"a b"', true],
    ['x -"a b"', true],
    ['"a" -b c', false],
  ])('knows whether %j needs its phrases looked at: %s', (text, expected) => {
    expect(hasLongPhrase(parseQuery(text))).toBe(expected);
  });
});
