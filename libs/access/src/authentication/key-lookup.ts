import { Injectable } from '@nestjs/common';
import { encodeId } from '@sessions/contract';
import { Database, within } from '@sessions/runtime';
import type { Scope } from '../keys/scopes';
import type { Access } from './access';
import { AccessUnavailableError } from './access-unavailable.error';

/** What the database says about a key. */
export interface FoundKey {
  readonly access: Access;
  /** Milliseconds of the epoch at which the key ends; infinite for never. */
  readonly expiresAt: number;
}

/** An answer of the database, and since when it may be out of date. */
export interface LookupResult {
  /** Null when the key is unknown or revoked. */
  readonly found: FoundKey | null;
  /** `performance.now()` before the question was asked: a change after it may be missing from the answer. */
  readonly askedAt: number;
}

interface Lookup {
  readonly hash: string;
  readonly promise: Promise<LookupResult>;
  /** Rejects it, since its time is up. */
  readonly late: NodeJS.Timeout;
  resolve(result: LookupResult): void;
  reject(error: AccessUnavailableError): void;
}

const FIND_KEYS = {
  name: 'access-find-keys',
  text: `
    SELECT encode(key_hash, 'base64') AS hash, project_id, id, scopes, expires_at
    FROM api_keys
    WHERE key_hash = ANY ($1::bytea[]) AND revoked_at IS NULL`,
};

const MOST_KEYS_A_QUERY = 500;

/** How long a request waits for the database before it is told that the key cannot be checked. */
const DEADLINE_MS = 800;

const TOO_LATE = `The database did not answer within ${DEADLINE_MS} ms.`;

/**
 * Looks keys up by their hash: one query at a time, which takes every key that was asked for while the one before it
 * ran. However many clients send random keys, they keep one connection busy and leave the others to real work.
 *
 * A look-up is waiting, then in the running query, then answered; until it is answered everybody who asks for the
 * same key shares it. One that is not answered in time is rejected wherever it is, so that nobody waits for queries that
 * came before.
 */
@Injectable()
export class KeyLookup {
  private readonly unanswered = new Map<string, Lookup>();
  private readonly waiting = new Set<Lookup>();
  private running = false;

  constructor(private readonly database: Database) {}

  /** What the database knows of the key with this hash. Rejects with `AccessUnavailableError` when it is away. */
  find(hash: string): Promise<LookupResult> {
    const shared = this.unanswered.get(hash);
    if (shared !== undefined) return shared.promise;
    const lookup = newLookup(hash, () => {
      this.waiting.delete(lookup);
      this.forget(lookup);
      lookup.reject(new AccessUnavailableError(new Error(TOO_LATE)));
    });
    this.unanswered.set(hash, lookup);
    this.waiting.add(lookup);
    if (!this.running) void this.answerWaiting();
    return lookup.promise;
  }

  private async answerWaiting(): Promise<void> {
    this.running = true;
    while (this.waiting.size > 0) await this.answer(this.takeWaiting());
    this.running = false;
  }

  private takeWaiting(): Lookup[] {
    const batch: Lookup[] = [];
    for (const lookup of this.waiting) {
      if (batch.length === MOST_KEYS_A_QUERY) break;
      this.waiting.delete(lookup);
      batch.push(lookup);
    }
    return batch;
  }

  private async answer(batch: readonly Lookup[]): Promise<void> {
    const askedAt = performance.now();
    const query = this.query(batch.map(({ hash }) => hash));
    try {
      const found = await within(DEADLINE_MS, query, TOO_LATE);
      for (const lookup of batch) lookup.resolve({ found: found.get(lookup.hash) ?? null, askedAt });
    } catch (error) {
      for (const lookup of batch) lookup.reject(new AccessUnavailableError(error));
    } finally {
      for (const lookup of batch) this.forget(lookup);
    }
  }

  /** Another one of the same key may have come after one that was too late. */
  private forget(lookup: Lookup): void {
    clearTimeout(lookup.late);
    if (this.unanswered.get(lookup.hash) === lookup) this.unanswered.delete(lookup.hash);
  }

  private async query(hashes: readonly string[]): Promise<Map<string, FoundKey>> {
    const { rows } = await this.database.query<{
      hash: string;
      project_id: string;
      id: string;
      scopes: Scope[];
      expires_at: Date | null;
    }>(FIND_KEYS, [hashes.map((hash) => Buffer.from(hash, 'base64'))]);
    return new Map(
      rows.map((row) => [
        row.hash,
        {
          access: {
            projectId: row.project_id,
            project: encodeId('proj', row.project_id),
            keyId: encodeId('key', row.id),
            scopes: row.scopes,
          },
          expiresAt: row.expires_at?.getTime() ?? Infinity,
        },
      ]),
    );
  }
}

function newLookup(hash: string, onLate: () => void): Lookup {
  let resolve!: Lookup['resolve'];
  let reject!: Lookup['reject'];
  const promise = new Promise<LookupResult>((onResult, onError) => {
    resolve = onResult;
    reject = onError;
  });
  return { hash, promise, late: setTimeout(onLate, DEADLINE_MS), resolve, reject };
}
