import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import { BoundedMap } from '../bounded-map';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Keys whose buckets are remembered. Forgetting one gives its key a full bucket, which costs nothing but fairness. */
const MOST_BUCKETS = 10_000;

/**
 * A token bucket for each API key, in this process: it holds one second's requests and fills at the same rate, so
 * that a key may be idle and then burst, and no more. Its headers are those of draft-ietf-httpapi-ratelimit-headers:
 * `RateLimit-Policy: "default";q=100;w=1` says the quota and its window in seconds, `RateLimit: "default";r=42;t=1`
 * what is left of it. The window is a second, the least the draft can say, so `t` and `Retry-After` are always 1.
 */
@Injectable()
export class RateLimiter {
  private readonly perSecond: number;
  private readonly buckets = new BoundedMap<string, Bucket>(MOST_BUCKETS);

  constructor(@Inject(CONFIGURATION) configuration: Pick<Configuration, 'LIMIT_REQUESTS_PER_SECOND'>) {
    this.perSecond = configuration.LIMIT_REQUESTS_PER_SECOND;
  }

  /**
   * Counts a request of the key and returns the headers of its answer: none when there is no limit.
   *
   * @throws ApiError 429 when the key's bucket is empty.
   */
  take(keyId: string): Record<string, string> {
    if (this.perSecond === 0) return {};
    const bucket = this.filledBucket(keyId);
    if (bucket.tokens < 1) {
      const message = `The API key may make ${this.perSecond} requests a second; try again in a second.`;
      throw new ApiError(429, message, { headers: { ...this.headers(0), 'Retry-After': '1' } });
    }
    bucket.tokens -= 1;
    return this.headers(Math.floor(bucket.tokens));
  }

  private filledBucket(keyId: string): Bucket {
    const now = performance.now();
    const bucket = this.buckets.get(keyId);
    if (bucket === undefined) {
      const full = { tokens: this.perSecond, filledAt: now };
      this.buckets.set(keyId, full);
      return full;
    }
    const gained = ((now - bucket.filledAt) / 1000) * this.perSecond;
    bucket.tokens = Math.min(this.perSecond, bucket.tokens + gained);
    bucket.filledAt = now;
    return bucket;
  }

  private headers(remaining: number): Record<string, string> {
    return {
      'RateLimit-Policy': `"default";q=${this.perSecond};w=1`,
      RateLimit: `"default";r=${remaining};t=1`,
    };
  }
}
