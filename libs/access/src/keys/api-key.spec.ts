import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { hashOfKey, looksLikeApiKey, newApiKey, shownPrefix } from './api-key';

describe('API keys', () => {
  it('are hiss_ and 48 random base64url characters', () => {
    const keys = new Set(Array.from({ length: 1000 }, newApiKey));
    expect(keys.size).toBe(1000);
    for (const key of keys) {
      expect(key).toMatch(/^hiss_[A-Za-z0-9_-]{48}$/);
      expect(looksLikeApiKey(key)).toBe(true);
      expect(shownPrefix(key)).toBe(key.slice(0, 12));
    }
  });

  it('are stored as SHA-256', () => {
    const key = newApiKey();
    expect(hashOfKey(key)).toBe(createHash('sha256').update(key).digest('base64'));
  });

  it('are told from any other text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !looksLikeApiKey(text)));
    const key = newApiKey();
    for (const other of [` ${key}`, `${key}\n`, `${key}A`, key.slice(0, -1), key.toUpperCase()]) {
      expect(looksLikeApiKey(other)).toBe(false);
    }
  });
});
