import { structureProblem } from './json-structure';

const MIB = 1024 * 1024;

describe('structureProblem', () => {
  it('finds nothing wrong with a transcript of 20,000 messages, whatever they quote', () => {
    const contents = ['ok', 'a "quote" and [brackets] {', 'ends with \\', '\\"', '[[[['.repeat(100), '😀'];
    const messages = Array.from({ length: 20_000 }, (_, place) => ({
      role: 'user',
      sender_type: 'user',
      created_at: '2026-01-15T10:30:00.000Z',
      content: contents[place % contents.length],
    }));
    expect(structureProblem(JSON.stringify({ messages }))).toBeNull();
  });

  it('leaves what is small, and what is no JSON, to the parser', () => {
    expect(structureProblem('['.repeat(10_000))).toBeNull();
    expect(structureProblem(`"${'x'.repeat(MIB)}`)).toBeNull();
  });

  it('finds what is nested too deep', () => {
    const nested = `{"custom_fields":{"a":"]]]]${'x'.repeat(MIB)}","deep":${'['.repeat(50)}${']'.repeat(50)}}}`;
    expect(structureProblem(nested)).toBe('The body must not be nested deeper than 32 levels.');
  });

  it.each([`[${'{},'.repeat(2 * MIB)}0]`, `[${'0,'.repeat(2 * MIB)}0]`])(
    'finds what has too many tiny values',
    (text) => {
      expect(structureProblem(text)).toBe('The body has too many tiny values; send less at once.');
    },
  );
});
