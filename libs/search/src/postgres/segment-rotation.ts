import { randomInt } from 'node:crypto';
import { SEGMENTS } from './lexemes';

/** Documents that go into one segment before another one gets its turn. */
const RUN = 8192;

/**
 * Says into which segment of the index documents go: into the same one for a while, then into another at random, so
 * that all grow alike. Rows written one after another then share their index pages: spread by a hash of their id, as
 * many were written at 0.6 times the speed, and a search of a common word read three times as many pages.
 */
export class SegmentRotation {
  private segment = randomInt(SEGMENTS);
  private left = RUN;

  /** The segment for so many documents more. */
  next(documents: number): number {
    if (this.left <= 0) {
      this.segment = randomInt(SEGMENTS);
      this.left = RUN;
    }
    this.left -= documents;
    return this.segment;
  }
}
