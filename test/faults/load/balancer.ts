import type { Random } from '../../support/random';
import { HttpClient } from './exchange';

const LOOK_EVERY_MS = 200;

/** A load balancer as small as can be: looks at every API's readiness and sends to one that is ready. */
export class Balancer {
  private readonly ready = new Map<string, boolean>();
  private readonly client = new HttpClient();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly urls: readonly string[],
    private readonly random: Random,
  ) {
    for (const url of urls) this.ready.set(url, true);
  }

  start(): void {
    this.timer = setInterval(() => {
      for (const url of this.urls) void this.look(url);
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.client.close();
  }

  /** The base URL for the next request; any when none is ready. */
  next(): string {
    const ready = this.urls.filter((url) => this.ready.get(url));
    return this.random.pick(ready.length > 0 ? ready : this.urls);
  }

  /** Nobody listens there: no request goes there until it is ready again. */
  isGone(url: string): void {
    this.ready.set(url, false);
  }

  private async look(url: string): Promise<void> {
    const { status } = await this.client.send({ method: 'GET', url: `${url}/api/readyz`, headers: {} });
    this.ready.set(url, status === 200);
  }
}
