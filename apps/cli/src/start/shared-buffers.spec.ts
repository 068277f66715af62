import { sharedBuffers } from './shared-buffers';

describe('sharedBuffers', () => {
  const GB = 1024 ** 3;

  it.each([
    [0.5, '128MB'],
    [2, '256MB'],
    [3.9, '499MB'],
    [64, '2048MB'],
  ])('of %d GB', (gigabytes, expected) => {
    expect(sharedBuffers(gigabytes * GB)).toBe(expected);
  });
});
