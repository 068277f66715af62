import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { hashOfKey, newApiKey } from '../keys/api-key';

interface KeyRow {
  hash: string;
  project_id: string;
  id: string;
  scopes: string[];
  expires_at: Date | null;
}

/** The table of API keys as the look-up sees it, in memory; counts queries, and can fail or hang. */
export class FakeKeys {
  readonly rows = new Map<string, KeyRow>();
  /** How many keys each query asked for. */
  readonly queries: number[] = [];
  state: 'up' | 'down' | 'hanging' = 'up';
  latencyMs = 0;

  readonly database = { query: this.query.bind(this) } as unknown as Database;

  /** Creates a key and returns it in plain text. */
  add(expiresAt: Date | null = null): string {
    const key = newApiKey();
    const hash = hashOfKey(key);
    const row = {
      hash,
      project_id: newUuid(),
      id: newUuid(),
      scopes: ['read', 'write'],
      expires_at: expiresAt,
    };
    this.rows.set(hash, row);
    return key;
  }

  revoke(key: string): void {
    this.rows.delete(hashOfKey(key));
  }

  private async query(_: unknown, [hashes]: [Buffer[]]): Promise<{ rows: KeyRow[] }> {
    this.queries.push(hashes.length);
    if (this.state === 'down') throw new Error('connect ECONNREFUSED');
    if (this.state === 'hanging') return new Promise(() => undefined);
    const rows = hashes.flatMap((hash) => this.rows.get(hash.toString('base64')) ?? []);
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    return { rows };
  }
}
