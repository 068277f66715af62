import { Injectable } from '@nestjs/common';
import { sleep } from '@sessions/runtime';

/**
 * The API's way out. States: *serving*, *draining* (still serves, but is not ready, and asks clients to close their
 * connections, so that none of them sends into a socket that is about to close), *over* (whoever still keeps an idle
 * connection has it closed; to do so earlier would cut off clients that have not been told yet).
 */
@Injectable()
export class Draining {
  private state: 'serving' | 'draining' | 'over' = 'serving';

  /** Whether the API is on its way out. */
  get isDraining(): boolean {
    return this.state !== 'serving';
  }

  /** Whether load balancers and clients have had the time to notice. */
  get isOver(): boolean {
    return this.state === 'over';
  }

  /** Begins to drain, and resolves when load balancers and clients have had the time to notice. */
  async begin(seconds: number): Promise<void> {
    this.state = 'draining';
    await sleep(seconds * 1000);
    this.state = 'over';
  }
}
