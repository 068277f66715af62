import type { ApiError } from '@sessions/contract';

/** How often those who wait are looked at, and after how many looks without any progress they are refused. */
const LOOK_EVERY_MS = 100;
const LOOKS = 8;

/** Something that a client waits for, and whether it was told to try again instead. */
export interface Refusable {
  refused: boolean;
}

interface Waiting {
  /** The look before it came. */
  since: number;
  reject: (error: unknown) => void;
}

/**
 * Tells a queue or database that stands still, because it is gone without a word, from one that is slow, and refuses
 * within a second whoever waits for it. Nobody is refused while others get through: a deadline a request refused
 * imports, and requests with one idempotency key, that only had to wait for their turn. Time is counted in looks, so
 * that a process that was held up itself does not blame others.
 *
 * States: *idle* (nobody waits, no timer runs), *looking* (from the first who waits until nobody does).
 */
export class Standstill {
  private readonly waiting = new Map<Refusable, Waiting>();
  private timer: NodeJS.Timeout | undefined;
  private look = 0;
  private progress = 0;

  /** @param refusal makes the ApiError 503 */
  constructor(private readonly refusal: () => ApiError) {}

  /**
   * Settles as the work does, or rejects with the refusal when everything stands still; then `what` is refused.
   *
   * @param begin starts the work, which ends by one of the two calls, like a promise's
   */
  orRefuse<Result>(
    what: Refusable,
    begin: (resolve: (result: Result) => void, reject: (error: unknown) => void) => void,
  ): Promise<Result> {
    return new Promise((resolve, fail) => {
      const reject: Waiting['reject'] = fail;
      this.waiting.set(what, { since: this.look, reject });
      this.timer ??= setInterval(() => this.refuseWaiting(), LOOK_EVERY_MS);
      begin(
        (result) => {
          this.leave(what);
          resolve(result);
        },
        (error) => {
          this.leave(what);
          reject(error);
        },
      );
    });
  }

  /** Something got through. */
  moved(): void {
    this.progress = this.look;
  }

  private leave(what: Refusable): void {
    this.waiting.delete(what);
    if (this.waiting.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Whoever came first stands first. */
  private refuseWaiting(): void {
    this.look += 1;
    for (const [what, { since, reject }] of this.waiting) {
      if (this.look - Math.max(since, this.progress) < LOOKS) return;
      what.refused = true;
      this.leave(what);
      reject(this.refusal());
    }
  }
}
