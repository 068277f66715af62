import { gzipSync } from 'node:zlib';
import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import type { Balancer } from './balancer';
import { HttpClient } from './exchange';
import type { Exchange } from './exchange';
import type { Ledger, Write } from './ledger';

/** How a batch is sent. */
export interface BatchForm {
  body: 'array' | 'object' | 'ndjson' | 'gzip';
  /** Whether the results are asked for as NDJSON, which arrive one by one. */
  streamed: boolean;
}

interface BatchResult {
  index: number;
  status: 'created' | 'updated' | 'rejected';
  id?: string;
  error?: string;
  retryable: boolean;
}

const NDJSON = 'application/x-ndjson';

/** Sends writes to the API and notes in the ledger what came of them. */
export class Sender {
  private readonly client = new HttpClient();

  constructor(
    private readonly project: ProjectWithKey,
    private readonly balancer: Balancer,
    private readonly ledger: Ledger,
  ) {}

  close(): void {
    this.client.close();
  }

  /** Sends one session by itself. */
  async single(write: Write, idempotencyKey?: string): Promise<Exchange> {
    const body = JSON.stringify(write.body);
    const exchange = await this.post('/api/sessions', body, {
      'content-type': 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    });
    const acknowledged = exchange.complete && (exchange.status === 201 || exchange.status === 200);
    this.noteAttempt(write, exchange, acknowledged ? idIn(exchange.text) : undefined);
    return exchange;
  }

  /** Sends a batch. True when every item was acknowledged, by this answer. */
  async batch(writes: readonly Write[], form: BatchForm, idempotencyKey?: string): Promise<boolean> {
    const exchange = await this.post('/api/sessions/batch', encode(writes, form), {
      'content-type': form.body === 'ndjson' || form.body === 'gzip' ? NDJSON : 'application/json',
      ...(form.body === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      ...(form.streamed ? { accept: NDJSON } : {}),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    });
    const results = exchange.status === 207 ? resultsIn(exchange) : [];
    for (const [index, write] of writes.entries()) {
      const result = results[index];
      if (result !== undefined && result.index !== index)
        this.ledger.surprise(`result ${index} of a batch says it is of item ${result.index}`);
      if (result?.status === 'rejected' && !result.retryable)
        this.ledger.surprise(`a batch rejected a valid item: ${result.error}`);
      this.noteAttempt(write, exchange, result?.id);
    }
    return writes.every((_write, index) => results[index]?.id !== undefined);
  }

  private async post(
    path: string,
    body: string | Buffer,
    headers: Record<string, string>,
  ): Promise<Exchange> {
    const base = this.balancer.next();
    const exchange = await this.client.send({
      method: 'POST',
      url: `${base}${path}?projectId=${this.project.projectId}`,
      headers: { authorization: `Bearer ${this.project.apiKey}`, ...headers },
      body,
    });
    if (exchange.failure === 'ECONNREFUSED') this.balancer.isGone(base);
    this.ledger.note(base + path, exchange);
    return exchange;
  }

  private noteAttempt(write: Write, { begun, ended }: Exchange, id: string | undefined): void {
    write.attempts.push({ begun, ended, acknowledged: id !== undefined });
    if (id !== undefined) write.ids.add(id);
  }
}

function encode(writes: readonly Write[], { body }: BatchForm): string | Buffer {
  const sessions = writes.map((write) => write.body);
  if (body === 'array') return JSON.stringify(sessions);
  if (body === 'object') return JSON.stringify({ sessions });
  const lines = sessions.map((session) => `${JSON.stringify(session)}\n`).join('');
  return body === 'gzip' ? gzipSync(lines) : lines;
}

function idIn(text: string): string {
  return (JSON.parse(text) as { session: { id: string } }).session.id;
}

/** Of a streamed answer that was cut off, every whole line counts: it was an acknowledgement. */
function resultsIn({ text, complete, headers }: Exchange): BatchResult[] {
  if (!headers['content-type']?.startsWith(NDJSON))
    return complete ? (JSON.parse(text) as { results: BatchResult[] }).results : [];
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as BatchResult);
}
