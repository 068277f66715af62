import { sharedBuffers } from './shared-buffers';

const GIB = 1024 ** 3;

describe('sharedBuffers', () => {
  it.each([
    [0.5 * GIB, '256MB'],
    [2 * GIB, '512MB'],
    [4 * GIB, '1024MB'],
    [24 * GIB, '2048MB'],
  ])('is a quarter of %d bytes of memory, within bounds', (memory, expected) => {
    expect(sharedBuffers(memory)).toBe(expected);
  });

  it('is told from the memory that there is', () => {
    expect(sharedBuffers()).toMatch(/^\d+MB$/);
  });
});
