import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import type { Product } from '../support/product';
import type { ItemResult } from './api-client';

/** An NDJSON request on its way: lines are written while results arrive. */
export class NdjsonSender {
  /** Results that have arrived, in order. */
  readonly results: ItemResult[] = [];
  private readonly request: ClientRequest;
  private readonly finished: Promise<void>;

  constructor(product: Product, api = 0) {
    const target = new URL(`/api/sessions/batch?projectId=${product.projectId}`, product.urls[api]);
    this.request = request(target, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${product.apiKey}`,
        'content-type': 'application/x-ndjson',
        accept: 'application/x-ndjson',
      },
    });
    this.finished = this.readResults();
    // A broken connection is seen by whoever waits for the end.
    void this.finished.catch((error: unknown) => error);
  }

  /** Writes a line; resolves when the receiver is ready for more. */
  async write(line: string): Promise<void> {
    if (!this.request.write(`${line}\n`)) await once(this.request, 'drain');
  }

  /** Ends the stream and waits for the last result. */
  async end(): Promise<void> {
    this.request.end();
    await this.finished;
  }

  /** Drops the connection. */
  disconnect(): void {
    this.request.destroy();
  }

  private async readResults(): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.request.once('response', resolve);
      this.request.on('error', reject);
    });
    for await (const line of createInterface({ input: response })) {
      this.results.push(JSON.parse(line) as ItemResult);
    }
  }
}
