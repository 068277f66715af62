import { segmentKey, SEGMENTS } from './lexemes';
import { SegmentRotation } from './segment-rotation';

describe('SegmentRotation', () => {
  it('stays with a segment for a while and reaches all of them in time', () => {
    const segments = new SegmentRotation();
    const taken = Array.from({ length: 8000 }, () => segments.next(1000));
    const changes = taken.filter((segment, at) => at > 0 && segment !== taken[at - 1]).length;
    expect(changes).toBeLessThan(1000);
    expect(new Set(taken).size).toBe(SEGMENTS);
  });
});

describe('segmentKey', () => {
  it('has the same length for every segment, so that none is the beginning of a word of another', () => {
    const keys = Array.from({ length: SEGMENTS }, (_, segment) => segmentKey('abcdef', segment));
    expect(new Set(keys).size).toBe(SEGMENTS);
    expect(keys.every((key) => key.length === 7)).toBe(true);
  });
});
