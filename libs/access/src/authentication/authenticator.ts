import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { BoundedMap } from '../bounded-map';
import { hashOfKey, looksLikeApiKey } from '../keys/api-key';
import type { Access } from './access';
import { KeyLookup } from './key-lookup';
import type { FoundKey, LookupResult } from './key-lookup';

interface KnownKey {
  readonly found: FoundKey;
  readonly freshUntil: number;
  refreshAt: number;
}

/** How long an answer of the database may be used. With the look-up's deadline it bounds revocation to 5 s. */
const FRESH_MS = 4000;

/** From this age on, a key in use is looked up again beside the requests, none of which waits for it. */
const REFRESH_AFTER_MS = 2000;

/** How long to leave a key alone after a look-up beside the requests began, in case it fails. */
const REFRESH_AGAIN_AFTER_MS = 1000;

/** Keys kept in memory: about 3 MB at most for good ones and 2 MB for bad ones. */
const MOST_KNOWN = 10_000;
const MOST_UNKNOWN = 10_000;

/**
 * Says what an API key gives access to, mostly from memory (0.7 µs, most of it SHA-256) and without a database call.
 *
 * To this process a key is
 * - never seen: the request waits for a look-up, shared by all who present the same key;
 * - known and young (under 2 s): answered from memory;
 * - known and ageing (2 to 4 s): answered from memory, while a look-up beside it makes the key young again, forgets it
 *   if it was revoked, or fails with a line in the log and is repeated after a second;
 * - known and expired by its own `expires_at`: refused, at that very moment;
 * - known to be bad (under 4 s): refused from memory;
 * - stale (over 4 s): as if never seen. With the database away this is when requests begin to be answered 503.
 *
 * Both memories forget their oldest key rather than grow, and good and bad keys are remembered apart, so that a flood
 * of random keys cannot fill the memory or push out good keys.
 */
@Injectable()
export class Authenticator {
  private readonly known = new BoundedMap<string, KnownKey>(MOST_KNOWN);
  private readonly unknown = new BoundedMap<string, number>(MOST_UNKNOWN);

  constructor(
    private readonly lookup: KeyLookup,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Keys in memory, good and bad. */
  get remembered(): { known: number; unknown: number } {
    return { known: this.known.size, unknown: this.unknown.size };
  }

  /**
   * What the key gives access to, or null when it is no key, unknown, revoked or expired.
   *
   * @throws AccessUnavailableError when nothing fresh is in memory and the database does not answer.
   */
  async authenticate(key: string): Promise<Access | null> {
    const remembered = this.recall(key);
    return remembered === undefined ? this.lookUp(key) : remembered;
  }

  /**
   * As `authenticate`, for a key of which nothing fresh is in memory.
   *
   * @throws AccessUnavailableError when the database does not answer.
   */
  async lookUp(key: string): Promise<Access | null> {
    const hash = hashOfKey(key);
    const result = await this.lookup.find(hash);
    this.remember(hash, result);
    return accessAtPresent(result.found);
  }

  /** What is known of the key without asking the database; undefined when it has to be asked. */
  recall(key: string): Access | null | undefined {
    const hash = hashOfKey(key);
    const now = performance.now();
    const known = this.known.get(hash);
    if (known !== undefined && now < known.freshUntil) {
      if (now >= known.refreshAt) this.refresh(hash, known, now);
      return accessAtPresent(known.found);
    }
    return !looksLikeApiKey(key) || now < (this.unknown.get(hash) ?? 0) ? null : undefined;
  }

  private refresh(hash: string, known: KnownKey, now: number): void {
    known.refreshAt = now + REFRESH_AGAIN_AFTER_MS;
    this.lookup.find(hash).then(
      (result) => this.remember(hash, result),
      (err: unknown) => {
        this.logger.warn({ err, keyId: known.found.access.keyId }, 'A key could not be looked up again.');
      },
    );
  }

  private remember(hash: string, { found, askedAt }: LookupResult): void {
    const freshUntil = askedAt + FRESH_MS;
    if (found === null) {
      this.known.delete(hash);
      this.unknown.set(hash, freshUntil);
    } else {
      this.known.set(hash, { found, freshUntil, refreshAt: askedAt + REFRESH_AFTER_MS });
    }
  }
}

function accessAtPresent(found: FoundKey | null): Access | null {
  return found !== null && Date.now() < found.expiresAt ? found.access : null;
}
