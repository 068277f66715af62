import { table } from './table';

describe('table', () => {
  it('makes every column as wide as its widest cell', () => {
    expect(
      table(
        ['ID', 'NAME'],
        [
          ['1', 'Acme'],
          ['22222', ''],
        ],
      ),
    ).toBe('ID     NAME\n1      Acme\n22222');
  });
});
