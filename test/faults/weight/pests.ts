import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { sleep } from '@sessions/runtime';
import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import { HttpClient } from '../load/exchange';
import type { Exchange } from '../load/exchange';

/** A body that is no ordinary one, and what the contract answers to it. */
interface Pest {
  name: string;
  body: Buffer;
  expected: 201 | 400 | 413;
  /** Milliseconds between two of them. */
  everyMs: number;
}

const MIB = 1024 * 1024;
const SLOW_CLIENTS = 1000;
const TRICKLE_MS = 1000;

/** Somebody who sends what is heavy, poisonous or slow, until told to stop. */
export class Pests {
  /** Answers that the contract does not give, in sentences. */
  readonly problems: string[] = [];
  /** How many requests were sent, slow clients included. */
  sent = 0;
  private readonly client = new HttpClient();
  private readonly slow: Socket[] = [];
  private readonly running: Promise<void>[] = [];
  private trickling: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly project: ProjectWithKey,
    private readonly urls: readonly string[],
  ) {}

  start(): void {
    for (const pest of pests()) this.running.push(this.push(pest));
    for (let place = 0; place < SLOW_CLIENTS; place++) this.slow.push(this.newSlowClient(place));
    this.trickling = setInterval(() => {
      for (const socket of this.slow) if (socket.writable) socket.write('x');
    }, TRICKLE_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.trickling);
    for (const socket of this.slow) socket.destroy();
    await Promise.all(this.running);
    this.client.close();
  }

  private async push({ name, body, expected, everyMs }: Pest): Promise<void> {
    for (let turn = 0; !this.stopped; turn++) {
      this.sent += 1;
      const answer = await this.post(turn, body);
      if (answer.status !== expected)
        this.problems.push(`${name}: ${answer.failure ?? `${answer.status} ${answer.text.slice(0, 200)}`}`);
      await sleep(everyMs);
    }
  }

  private post(turn: number, body: Buffer): Promise<Exchange> {
    const base = this.urls[turn % this.urls.length] ?? '';
    return this.client.send({
      method: 'POST',
      url: `${base}/api/sessions?projectId=${this.project.projectId}`,
      headers: { authorization: `Bearer ${this.project.apiKey}`, 'content-type': 'application/json' },
      body,
    });
  }

  /** One half of them never finish their headers, the others their body. */
  private newSlowClient(place: number): Socket {
    this.sent += 1;
    const { hostname, port } = new URL(this.urls[place % this.urls.length] ?? '');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.resume();
    const head =
      `POST /api/sessions?projectId=${this.project.projectId} HTTP/1.1\r\nHost: ${hostname}\r\n` +
      `Authorization: Bearer ${this.project.apiKey}\r\nContent-Type: application/json\r\n`;
    socket.write(place % 2 === 0 ? `${head}X-Slow: ` : `${head}Content-Length: 100000\r\n\r\n{"name":"`);
    return socket;
  }
}

function pests(): Pest[] {
  const messages = (count: number, content: string) =>
    Array.from({ length: count }, (_, place) => ({
      role: place % 2 === 0 ? 'user' : 'assistant',
      content: `${place} ${content}`,
    }));
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  return [
    {
      name: 'a lone surrogate',
      body: Buffer.from('{"messages":[{"role":"user","content":"\\ud800"}]}'),
      expected: 400,
      everyMs: 50,
    },
    {
      name: 'an enormous number',
      body: Buffer.from('{"custom_fields":{"number":1e400}}'),
      expected: 400,
      everyMs: 50,
    },
    { name: 'deep JSON', body: deep(20_000), expected: 400, everyMs: 100 },
    { name: 'deep JSON of 9 MiB', body: deep(4.5 * MIB), expected: 400, everyMs: 1000 },
    {
      name: 'a session of 20,000 messages',
      body: json({ messages: messages(20_000, 'The export button does nothing.') }),
      expected: 201,
      everyMs: 2000,
    },
    {
      name: 'a body of almost 10 MiB',
      body: json({ messages: messages(40, 'word '.repeat(52_000)) }),
      expected: 201,
      everyMs: 2000,
    },
    { name: 'a body of 11 MiB', body: json({ name: 'x'.repeat(11 * MIB) }), expected: 413, everyMs: 1000 },
  ];
}

function deep(levels: number): Buffer {
  return Buffer.from(`{"custom_fields":{"deep":${'['.repeat(levels)}${']'.repeat(levels)}}}`);
}
