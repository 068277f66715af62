import { Injectable } from '@nestjs/common';

/** Gives versions: microseconds since 1970, each larger than the one before, whatever the wall clock does. */
@Injectable()
export class Clock {
  private last = 0;

  next(): number {
    this.last = Math.max(this.last + 1, Date.now() * 1000);
    return this.last;
  }
}
