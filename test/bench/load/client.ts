import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';

/**
 * Asks for one thing after the other on a connection that is kept. It takes less than Node's `fetch`, which would hide
 * what product and limit differ by.
 */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly apiKey: string) {}

  /** The whole answer. @throws Error when it is no 200 */
  async get(url: string): Promise<string> {
    const headers = { authorization: `Bearer ${this.apiKey}` };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { agent: this.agent, headers }, resolve).once('error', reject);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (answer.statusCode !== 200) throw new Error(`${url} was answered with ${answer.statusCode}: ${text}`);
    return text;
  }

  /** Milliseconds until an answer is there as a whole. */
  async time(url: string): Promise<number> {
    const start = performance.now();
    await this.get(url);
    return performance.now() - start;
  }

  /** Ends the connection. */
  close(): void {
    this.agent.destroy();
  }
}
