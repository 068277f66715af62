import { encodeId } from '@sessions/contract';
import { hashOfKey } from '../keys/api-key';
import { FakeKeys } from '../testing/fake-keys';
import { AccessUnavailableError } from './access-unavailable.error';
import { KeyLookup } from './key-lookup';

describe('KeyLookup', () => {
  let keys: FakeKeys;
  let lookup: KeyLookup;

  beforeEach(() => {
    jest.useFakeTimers();
    keys = new FakeKeys();
    lookup = new KeyLookup(keys.database);
  });
  afterEach(() => void jest.useRealTimers());

  it('says what a key gives access to', async () => {
    const hash = hashOfKey(keys.add(new Date(5_000_000_000_000)));
    const row = keys.rows.get(hash);
    await expect(lookup.find(hash)).resolves.toEqual({
      askedAt: performance.now(),
      found: {
        access: {
          projectId: row?.project_id,
          project: encodeId('proj', row?.project_id ?? ''),
          keyId: encodeId('key', row?.id ?? ''),
          scopes: ['read', 'write'],
        },
        expiresAt: 5_000_000_000_000,
      },
    });
    await expect(lookup.find(hashOfKey('hiss_unknown'))).resolves.toMatchObject({ found: null });
  });

  it('asks for what came up during a query in one query after it', async () => {
    keys.latencyMs = 10;
    const hashes = Array.from({ length: 50 }, () => hashOfKey(keys.add()));
    const found = Promise.all(hashes.map((hash) => lookup.find(hash)));
    await jest.advanceTimersByTimeAsync(20);
    for (const [index, result] of (await found).entries()) {
      const row = keys.rows.get(hashes[index] ?? '');
      expect(result.found?.access.projectId).toBe(row?.project_id);
    }
    expect(keys.queries).toEqual([1, 49]);
  });

  it('rejects with a 503 when the database is away, and asks again the next time', async () => {
    keys.state = 'down';
    const hash = hashOfKey(keys.add());
    await expect(lookup.find(hash)).rejects.toThrow(AccessUnavailableError);
    await expect(lookup.find(hash)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
    keys.state = 'up';
    await expect(lookup.find(hash)).resolves.not.toMatchObject({ found: null });
  });

  it('rejects within a second when the database hangs, and does not hang with it', async () => {
    keys.state = 'hanging';
    const hash = hashOfKey(keys.add());
    const refused = expect(lookup.find(hash)).rejects.toThrow(AccessUnavailableError);
    await jest.advanceTimersByTimeAsync(1000);
    await refused;
    keys.state = 'up';
    await expect(lookup.find(hash)).resolves.not.toMatchObject({ found: null });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps nobody waiting longer for the queries before', async () => {
    keys.state = 'hanging';
    const [first, second] = [hashOfKey(keys.add()), hashOfKey(keys.add())];
    const refused = [expect(lookup.find(first)).rejects.toThrow(AccessUnavailableError)];
    await jest.advanceTimersByTimeAsync(400);
    const ended = jest.fn();
    refused.push(expect(lookup.find(second).finally(ended)).rejects.toThrow(AccessUnavailableError));
    await jest.advanceTimersByTimeAsync(799);
    expect(ended).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(ended).toHaveBeenCalled();
    await Promise.all(refused);

    keys.state = 'up';
    const again = lookup.find(second);
    await jest.advanceTimersByTimeAsync(800);
    await expect(again).resolves.not.toMatchObject({ found: null });
  });
});
