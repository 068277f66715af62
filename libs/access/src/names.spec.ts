import { checkedName } from './names';

describe('checkedName', () => {
  it('trims', () => {
    expect(checkedName('  Acme \n')).toBe('Acme');
    expect(checkedName('x'.repeat(200))).toHaveLength(200);
  });

  it.each(['', '   ', 'x'.repeat(201), 'a\0b'])('refuses %j in a sentence', (name) => {
    expect(() => checkedName(name)).toThrow('name must be 1 to 200 characters');
  });
});
