import { ApiError } from '@sessions/contract';
import fc from 'fast-check';
import { RateLimiter } from './rate-limiter';

function limiter(perSecond: number): RateLimiter {
  return new RateLimiter({ LIMIT_REQUESTS_PER_SECOND: perSecond });
}

/** The error of a refused request, or null when it passes. */
function refusal(subject: RateLimiter, keyId = 'key_a'): ApiError | null {
  try {
    subject.take(keyId);
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

describe('RateLimiter', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('does nothing when the limit is 0', () => {
    const subject = limiter(0);
    for (let i = 0; i < 1000; i += 1) expect(subject.take('key_a')).toEqual({});
  });

  it('says policy and remaining quota as the IETF draft writes them', () => {
    const subject = limiter(3);
    expect(subject.take('key_a')).toEqual({
      'RateLimit-Policy': '"default";q=3;w=1',
      RateLimit: '"default";r=2;t=1',
    });
    expect(subject.take('key_a').RateLimit).toBe('"default";r=1;t=1');
  });

  it('answers 429 with Retry-After once the bucket is empty, and serves again when it has filled', () => {
    const subject = limiter(2);
    subject.take('key_a');
    subject.take('key_a');
    expect(refusal(subject)).toMatchObject({
      status: 429,
      message: 'The API key may make 2 requests a second; try again in a second.',
      headers: {
        'Retry-After': '1',
        RateLimit: '"default";r=0;t=1',
        'RateLimit-Policy': '"default";q=2;w=1',
      },
    });
    jest.advanceTimersByTime(500);
    expect(refusal(subject)).toBeNull();
    expect(refusal(subject)).not.toBeNull();
  });

  it('gives each key a bucket of its own', () => {
    const subject = limiter(1);
    subject.take('key_a');
    expect(refusal(subject, 'key_a')).not.toBeNull();
    expect(refusal(subject, 'key_b')).toBeNull();
  });

  it('never lets through more than a burst and the rate, and after Retry-After always serves', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), waits, (perSecond, pauses) => {
        const subject = limiter(perSecond);
        let passed = 0;
        let elapsed = 0;
        for (const pause of pauses) {
          jest.advanceTimersByTime(pause);
          elapsed += pause;
          if (refusal(subject) === null) passed += 1;
        }
        expect(passed).toBeLessThanOrEqual(perSecond + (perSecond * elapsed) / 1000 + 1e-6);
        jest.advanceTimersByTime(1000);
        expect(refusal(subject)).toBeNull();
      }),
    );
  });
});
