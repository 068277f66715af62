import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@sessions/runtime';

/** The first answer to a key: its status and its body, to the letter. */
export interface StoredAnswer {
  status: number;
  body: string;
}

/**
 * What a request with an idempotency key finds:
 * - `mine`: nobody answered it yet; this request does, with the version that is its own even after a crash, and ids that
 *   are made from the hash of its body as well, unless an earlier release claimed the key, which left that out (null);
 * - `answered`: the first answer;
 * - `in-flight`: another request is about to answer it;
 * - `other-body`: the key was used with another body.
 */
export type IdempotencyClaim =
  | { state: 'mine'; version: number; bodyHash: string | null }
  | { state: 'answered'; answer: StoredAnswer }
  | { state: 'in-flight' }
  | { state: 'other-body' };

/** Seconds after which a request that never answered, because its process died, may be taken over. */
const LEASE_SECONDS = 30;

/** Takes the key if it is new, or if its holder let the lease run out with the same body. */
const CLAIM = {
  name: 'idempotency_claim',
  text: `INSERT INTO idempotency_keys AS held (project_id, key_hash, body_hash, version, lease_until, ids_from_body)
    VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), true)
    ON CONFLICT (project_id, key_hash) DO UPDATE SET lease_until = excluded.lease_until
    WHERE held.response IS NULL AND held.lease_until <= now() AND held.body_hash = excluded.body_hash
    RETURNING version, ids_from_body`,
};

/**
 * `LOOK`, `ANSWER` and `RELEASE` are not prepared: a plan made while the table was nearly empty would read all of it once
 * it is full.
 */
const LOOK = `SELECT body_hash = $3 AS same_body, status, response FROM idempotency_keys
  WHERE project_id = $1 AND key_hash = $2`;

/**
 * An answer that comes long after the key was claimed first is kept as long as any other. Else the time stays, so that the
 * index of ages has nothing to write.
 */
const ANSWER = `UPDATE idempotency_keys SET status = $3, response = $4, lease_until = NULL,
    created_at = CASE WHEN created_at < now() - interval '1 hour' THEN now() ELSE created_at END
  WHERE project_id = $1 AND key_hash = $2`;

const RELEASE = `UPDATE idempotency_keys SET lease_until = now()
  WHERE project_id = $1 AND key_hash = $2 AND response IS NULL`;

/** Few enough for a statement to end in time; what another process is removing is left to it. */
const FORGET_AT_ONCE = 5000;

const FORGET = {
  name: 'idempotency_forget_some',
  text: `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(hours => $1)
      ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
};

interface ClaimedRow {
  version: string;
  ids_from_body: boolean | null;
}

interface LookRow {
  same_body: boolean;
  status: number | null;
  response: string | null;
}

/** Remembers the first answer to every idempotency key of a project. */
@Injectable()
export class IdempotencyKeys {
  constructor(private readonly database: Database) {}

  /** Takes the key for a request, or says what became of it. `version` is that of the session it would create. */
  async claim(projectId: string, key: string, body: string, version: number): Promise<IdempotencyClaim> {
    const bodyHash = sha256(body);
    const claimed = await this.database.query<ClaimedRow>(CLAIM, [
      projectId,
      sha256(key),
      bodyHash,
      version,
      LEASE_SECONDS,
    ]);
    const [mine] = claimed.rows;
    if (mine !== undefined) {
      const hashed = mine.ids_from_body === true ? bodyHash.toString('hex') : null;
      return { state: 'mine', version: Number(mine.version), bodyHash: hashed };
    }
    const { rows } = await this.database.query<LookRow>(LOOK, [projectId, sha256(key), bodyHash]);
    const held = rows[0];
    if (held === undefined) return { state: 'in-flight' };
    if (!held.same_body) return { state: 'other-body' };
    return held.response === null
      ? { state: 'in-flight' }
      : { state: 'answered', answer: { status: held.status ?? 200, body: held.response } };
  }

  /** Remembers the answer of the request that claimed the key. */
  async answer(projectId: string, key: string, answer: StoredAnswer): Promise<void> {
    await this.database.query(ANSWER, [projectId, sha256(key), answer.status, answer.body]);
  }

  /**
   * Lets a retry take the key over at once. The key stays, with its version: the queue may have taken the session
   * although it did not say so, and then the retry must come to the very same one.
   */
  async release(projectId: string, key: string): Promise<void> {
    await this.database.query(RELEASE, [projectId, sha256(key)]);
  }

  /** Forgets keys that are older than the hours, in as many steps as it takes. */
  async forget(hours: number, atOnce = FORGET_AT_ONCE): Promise<void> {
    for (;;) {
      const { rowCount } = await this.database.query(FORGET, [hours, atOnce]);
      if (rowCount === null || rowCount < atOnce) return;
    }
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
