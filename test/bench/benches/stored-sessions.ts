import { decodeId } from '@sessions/contract';
import { Client } from 'pg';
import type { Product } from '../../support/product';
import { STORED_TABLES } from '../limits/copied-rows';
import { BATCH_SESSIONS, EXAMPLE_BATCH } from '../load/requests';
import { until } from '../support/until';

const POLL_MS = 20;

/** Has the product accept so many examples (rounded up to whole batches); returns how many. */
export async function acceptMany(product: Product, sessions: number): Promise<number> {
  const requests = Math.ceil(sessions / BATCH_SESSIONS);
  for (let request = 0; request < requests; request++) {
    const headers = { 'content-type': 'application/x-ndjson' };
    const response = await product.request('/api/sessions/batch', {
      method: 'POST',
      headers,
      body: EXAMPLE_BATCH,
    });
    const { results } = (await response.json()) as { results: { status: string }[] };
    if (!results.every(({ status }) => status === 'created')) throw new Error('A session was not accepted.');
  }
  return requests * BATCH_SESSIONS;
}

/** How many sessions of its project a product counts: counting the rows would disturb what is measured. */
export async function countStored(product: Product): Promise<number> {
  const response = await product.request('/api/sessions?stats=true');
  return ((await response.json()) as { stats: { total: number } }).stats.total;
}

/** Resolves once a product counts at least so many sessions of its project. */
export function untilStored(product: Product, sessions: number): Promise<void> {
  return until(async () => (await countStored(product)) >= sessions, POLL_MS);
}

/** Looks at what is stored of a product's project. */
export class StoredSessions {
  private constructor(
    private readonly client: Client,
    /** The project's UUID. */
    readonly projectUuid: string,
  ) {}

  static async open(product: Product): Promise<StoredSessions> {
    const client = new Client({ connectionString: product.databaseUrl });
    await client.connect();
    return new StoredSessions(client, decodeId('proj', product.projectId) ?? '');
  }

  /** UUIDs of some. */
  async ids(atMost: number): Promise<string[]> {
    const { rows } = await this.client.query<{ id: string }>(
      'SELECT id FROM sessions WHERE project_id = $1 LIMIT $2',
      [this.projectUuid, atMost],
    );
    return rows.map(({ id }) => id);
  }

  /** Resolves once nothing that was stored waits to be indexed. */
  async indexed(): Promise<void> {
    await until(async () => {
      const { rows } = await this.client.query('SELECT FROM search_outbox LIMIT 1');
      return rows.length === 0;
    }, POLL_MS);
  }

  /** Empties what sessions are stored in. */
  async empty(): Promise<void> {
    await this.client.query(`TRUNCATE ${STORED_TABLES}`);
  }

  /** Has the server write down what it put off, so that it does not do so beside what is measured next. */
  async checkpoint(): Promise<void> {
    await this.client.query('CHECKPOINT');
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
