import { isEmailAddress } from './rules';

describe('isEmailAddress', () => {
  it.each(['a@b', 'jane@example.com', "o'hara+tag@mail.example.co.uk", 'ü@例え.jp', `${'a'.repeat(318)}@b`])(
    'accepts %s',
    (text) => expect(isEmailAddress(text)).toBe(true),
  );

  it.each([
    '',
    '@',
    'a@',
    '@b',
    'jane',
    'a@b@c',
    'a b@c',
    ' a@b',
    'a@b\n',
    'a\0@b',
    '\ud800@b',
    `${'a'.repeat(319)}@b`,
  ])('refuses %j', (text) => expect(isEmailAddress(text)).toBe(false));
});
