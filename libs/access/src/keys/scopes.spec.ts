import { checkedScopes } from './scopes';

describe('checkedScopes', () => {
  it('drops repeats and keeps one order', () => {
    expect(checkedScopes(['write', 'read', 'write'])).toEqual(['read', 'write']);
    expect(checkedScopes(['write'])).toEqual(['write']);
  });

  it('names a scope that does not exist, and those that do', () => {
    expect(() => checkedScopes(['read', 'admin'])).toThrow(
      'scopes has no "admin": allowed are read and write.',
    );
    expect(() => checkedScopes([])).toThrow('scopes must not be empty: allowed are read and write.');
  });
});
