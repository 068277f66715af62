import type { SearchDocument } from '../search-engine';
import { contentParts, filterValue, textOf, toIndexedDocument } from './document';

const words = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `w${from + at}`);

describe('contentParts', () => {
  it('keeps a short transcript in one part, a line for each message', () => {
    expect(contentParts([['a', 'b'], [], ['c']])).toEqual(['$a $b\n$c']);
    expect(contentParts([])).toEqual(['']);
  });

  it('spreads a long message over parts that overlap by nine words', () => {
    const parts = contentParts([words(150_000)]).map((part) => part.split(/\s/));
    expect(parts).toHaveLength(3);
    expect(parts.every((part) => part.length <= 65_000)).toBe(true);
    expect(parts[1]?.slice(0, 9)).toEqual(parts[0]?.slice(-9));
    expect(new Set(parts.flat()).size).toBe(150_000);
  });

  it('leaves all that follows in the last part there is room for', () => {
    const parts = contentParts([words(6_600_000), ['short'], ['one']]);
    expect(parts).toHaveLength(100);
    expect(parts.at(-1)?.endsWith('\n$short\n$one')).toBe(true);
  });

  it('counts the breaks between messages', () => {
    const parts = contentParts(words(20_000).map((word) => [word]));
    expect(parts.every((part) => part.split('\n').length * 9 <= 65_000)).toBe(true);
    expect(new Set(parts.flatMap((part) => part.split('\n'))).size).toBe(20_000);
  });
});

describe('filterValue', () => {
  it('tells apart what Meilisearch would not, and holds no odd characters', () => {
    expect(filterValue('Acme')).not.toBe(filterValue('acme'));
    expect(filterValue(`${'x'.repeat(600)}a`)).not.toBe(filterValue(`${'x'.repeat(600)}b`));
    expect(filterValue('"\ud800\\')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('toIndexedDocument', () => {
  const texts = { name: 'Export', description: 'Weekly', messages: ['One two', 'three'] };
  const links = { contactId: null, companyIds: [], productScopeIds: [] };
  const indexed = toIndexedDocument({ ...texts, ...links } as unknown as SearchDocument);

  it('has long texts begin where Meilisearch no longer tells positions apart, and names at the first', () => {
    expect(indexed['name']).toBe('$export');
    const fillers = Array.from({ length: 33 }, () => null);
    expect(indexed['description']).toEqual([...fillers, '$weekly']);
    expect(indexed['content']).toEqual([...fillers, '$one $two\n$three']);
  });

  it('gives back the text of an attribute, also as earlier versions wrote it', () => {
    expect([textOf(indexed['content']), textOf('$one $two'), textOf(undefined)]).toEqual([
      '$one $two\n$three',
      '$one $two',
      '',
    ]);
  });
});
