import type { Logger } from '@sessions/runtime';
import { newApiKey } from '../keys/api-key';
import { FakeKeys } from '../testing/fake-keys';
import { AccessUnavailableError } from './access-unavailable.error';
import { Authenticator } from './authenticator';
import { KeyLookup } from './key-lookup';

describe('Authenticator', () => {
  const warn = jest.fn();
  let keys: FakeKeys;
  let authenticator: Authenticator;

  beforeEach(() => {
    jest.useFakeTimers();
    warn.mockClear();
    keys = new FakeKeys();
    authenticator = new Authenticator(new KeyLookup(keys.database), { warn } as unknown as Logger);
  });
  afterEach(() => void jest.useRealTimers());

  it('knows a good key, and answers it from memory', async () => {
    const key = keys.add();
    const access = await authenticator.authenticate(key);
    expect(access).toMatchObject({ scopes: ['read', 'write'] });
    for (let i = 0; i < 1000; i += 1) await expect(authenticator.authenticate(key)).resolves.toBe(access);
    expect(keys.queries).toEqual([1]);
  });

  it('asks once for 100 who present the same key at the same time', async () => {
    keys.latencyMs = 10;
    const key = keys.add();
    const all = Promise.all(Array.from({ length: 100 }, () => authenticator.authenticate(key)));
    await jest.advanceTimersByTimeAsync(10);
    expect(new Set(await all).size).toBe(1);
    expect(keys.queries).toEqual([1]);
  });

  it('refuses what is no key without asking', async () => {
    for (const text of ['', 'hiss_', 'hiss_abc', "' OR 1=1", '\0']) {
      await expect(authenticator.authenticate(text)).resolves.toBeNull();
    }
    expect(keys.queries).toEqual([]);
  });

  it('remembers bad keys, but not so many that they fill the memory or push out good ones', async () => {
    const key = keys.add();
    await authenticator.authenticate(key);
    const bad = newApiKey();
    await expect(authenticator.authenticate(bad)).resolves.toBeNull();
    await expect(authenticator.authenticate(bad)).resolves.toBeNull();
    expect(keys.queries).toEqual([1, 1]);
    await Promise.all(Array.from({ length: 12_000 }, () => authenticator.authenticate(newApiKey())));
    expect(authenticator.remembered).toEqual({ known: 1, unknown: 10_000 });
    expect(keys.queries.length).toBeLessThan(30);
    keys.queries.length = 0;
    await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
    expect(keys.queries).toEqual([]);
  });

  it('refuses a revoked key within 5 seconds, whether it was in use or idle', async () => {
    const [busy, idle] = [keys.add(), keys.add()];
    await Promise.all([authenticator.authenticate(busy), authenticator.authenticate(idle)]);
    keys.revoke(busy);
    keys.revoke(idle);
    for (let waited = 0; waited < 5000; waited += 100) {
      await authenticator.authenticate(busy);
      await jest.advanceTimersByTimeAsync(100);
    }
    await expect(authenticator.authenticate(busy)).resolves.toBeNull();
    await expect(authenticator.authenticate(idle)).resolves.toBeNull();
  });

  it('looks a key in use up again beside the requests, so that none of them waits', async () => {
    const key = keys.add();
    await authenticator.authenticate(key);
    keys.latencyMs = 500;
    for (let waited = 0; waited < 10_000; waited += 250) {
      await jest.advanceTimersByTimeAsync(250);
      await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
    }
    expect(keys.queries.length).toBeGreaterThan(3);
    expect(keys.queries.length).toBeLessThan(7);
  });

  it('refuses a key from the moment that it expires, also from memory', async () => {
    const key = keys.add(new Date(Date.now() + 1000));
    await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
    await jest.advanceTimersByTimeAsync(999);
    await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
    await jest.advanceTimersByTimeAsync(1);
    await expect(authenticator.authenticate(key)).resolves.toBeNull();
    expect(keys.queries).toEqual([1]);
  });

  it('serves what is fresh while the database is away, then says that it cannot tell', async () => {
    const key = keys.add();
    await authenticator.authenticate(key);
    keys.state = 'down';
    await expect(authenticator.authenticate(newApiKey())).rejects.toThrow(AccessUnavailableError);
    await jest.advanceTimersByTimeAsync(3900);
    await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
    await jest.advanceTimersByTimeAsync(50);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(warn.mock.calls)).not.toContain(key);
    await jest.advanceTimersByTimeAsync(50);
    await expect(authenticator.authenticate(key)).rejects.toThrow(AccessUnavailableError);
    keys.state = 'up';
    await expect(authenticator.authenticate(key)).resolves.not.toBeNull();
  });
});
