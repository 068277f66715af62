import { Injectable } from '@nestjs/common';
import { sleep } from '@sessions/runtime';

/**
 * The API's way out. States: *serving*, then *draining* (still serves, but is not ready, and asks clients to close their
 * connections, so that none of them sends into a socket that is about to close).
 */
@Injectable()
export class Draining {
  private draining = false;

  /** Whether the API is on its way out. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** Begins to drain, and resolves when load balancers and clients have had the time to notice. */
  async begin(seconds: number): Promise<void> {
    this.draining = true;
    await sleep(seconds * 1000);
  }
}
