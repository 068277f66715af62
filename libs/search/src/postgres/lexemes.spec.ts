import { lexemeChunks, projectKey } from './lexemes';

describe('lexemeChunks', () => {
  it('keeps few words in one chunk', () => {
    expect(lexemeChunks('k', ['a', 'b'])).toEqual(['ka kb']);
    expect(lexemeChunks('k', [])).toEqual(['']);
  });

  it('spreads many words, none lost, over chunks below the limit of a tsvector', () => {
    const words = Array.from({ length: 200_000 }, (_, at) => `ü${at}`);
    const chunks = lexemeChunks('key', words);
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.every((chunk) => Buffer.byteLength(chunk) < 1_000_000)).toBe(true);
    expect(chunks.flatMap((chunk) => chunk.split(' '))).toEqual(words.map((word) => `key${word}`));
  });
});

describe('projectKey', () => {
  it('is short, and the same for the same project', () => {
    expect(projectKey('a')).toMatch(/^[0-9a-f]{6}$/);
    expect(projectKey('a')).toBe(projectKey('a'));
    expect(projectKey('a')).not.toBe(projectKey('b'));
  });
});
