import { gzipSync } from 'node:zlib';
import type { MessageView, SessionView } from '@sessions/contract';
import { queueBackends, searchEngines } from '../support/backends';
import type { QueueBackend, SearchBackend } from '../support/backends';
import { eventually } from '../support/eventually';
import type { Product } from '../support/product';

/** Every pair of queue backend and search engine that this machine has, for `describe.each`. */
export const PROFILES: { queue: QueueBackend; search: SearchBackend }[] = queueBackends().flatMap((queue) =>
  searchEngines().map((search) => ({ queue, search })),
);

/** Every queue backend, with the search that needs no further server, for what does not search. */
export const QUEUES: { queue: QueueBackend; search: SearchBackend }[] = queueBackends().map((queue) => ({
  queue,
  search: 'postgres',
}));

/** A body to create a session with. */
export type Body = Record<string, unknown>;

/** A status with the answer's JSON. */
export interface Answer<Content> {
  status: number;
  headers: Headers;
  content: Content;
}

/** An item's result in the answer to a batch. */
export interface ItemResult {
  index: number;
  status: 'created' | 'updated' | 'rejected';
  id?: string;
  error?: string;
  retryable: boolean;
}

/** Calls one API of a running product. */
export class ApiClient {
  constructor(
    private readonly product: Product,
    private readonly api = 0,
  ) {}

  async create(body: Body, headers: Record<string, string> = {}): Promise<Answer<{ session: SessionView }>> {
    return this.json('/api/sessions', { method: 'POST', body: JSON.stringify(body), headers });
  }

  async get(id: string): Promise<Answer<{ session: SessionView; messages: MessageView[] }>> {
    return this.json(`/api/sessions/${id}`);
  }

  async list(
    query = '',
  ): Promise<Answer<{ sessions: SessionView[]; total: number; next_cursor: string | null }>> {
    return this.json(`/api/sessions?${query}`);
  }

  /** Sends sessions as one gzip'd NDJSON stream. */
  async sendNdjson(bodies: readonly Body[]): Promise<ItemResult[]> {
    const lines = bodies.map((body) => JSON.stringify(body)).join('\n');
    const { status, content } = await this.json<{ results: ItemResult[] }>('/api/sessions/batch', {
      method: 'POST',
      body: gzipSync(lines),
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    });
    if (status !== 207) throw new Error(`A batch was answered ${status}: ${JSON.stringify(content)}`);
    return content.results;
  }

  /** Sends one request and returns the answer as it comes. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.product.request(new URL(path, this.product.urls[this.api]).href, init);
  }

  private async json<Content>(path: string, init?: RequestInit): Promise<Answer<Content>> {
    const response = await this.fetch(path, init);
    return {
      status: response.status,
      headers: response.headers,
      content: (await response.json()) as Content,
    };
  }
}

/** Calls for every item, a few at a time, as a handful of clients would; the answers are in the items' order. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  call: (item: Item) => Promise<Result>,
  lanes = 8,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await call(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/** Waits until the database itself holds that many sessions of the product's project that pass the filters. */
export async function untilStored(
  product: Product,
  total: number,
  { timeoutMs = 30_000, filters = '' }: { timeoutMs?: number; filters?: string } = {},
): Promise<void> {
  const client = new ApiClient(product);
  await eventually(async () => (await client.list(`limit=1&${filters}`)).content.total === total, {
    timeoutMs,
    everyMs: 100,
  });
}

/** Real-looking support conversations, each with an external record, always the same for a number. */
export function conversation(number: number, revision = 0): Body {
  const topics = ['export', 'invoice', 'login', 'dashboard', 'webhook', 'import', 'billing', 'search'];
  const topic = topics[number % topics.length] ?? '';
  return {
    name: `Ticket #${number} about ${topic}`,
    source: 'zendesk',
    external_source: 'zendesk',
    external_id: `ticket-${number}`,
    status: number % 3 === 0 ? 'closed' : 'active',
    tags: number % 2 === 0 ? ['bug'] : ['feature_request', 'general_feedback'],
    user_metadata: { email: `customer${number % 500}@example.com`, seats: number % 40 },
    custom_fields: { revision, priority: number % 4 },
    linked_entities: { companies: [`company-${number % 50}`] },
    messages: Array.from({ length: 2 + (number % 12) }, (_, position) => ({
      role: position % 2 === 0 ? 'user' : 'assistant',
      content: `The ${topic} case ${number}, line ${position}: naïve “quotes”, emoji 🙂 and revision ${revision}.`,
      created_at: new Date(Date.UTC(2026, 0, 1, 0, number % 1440, position)).toISOString(),
    })),
  };
}
