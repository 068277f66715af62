import { createHash } from 'node:crypto';
import { newUuid } from '@sessions/contract';
import { IdempotencyKeys } from '@sessions/storage';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const BODY = createHash('sha256').update('body').digest('hex');

describe('IdempotencyKeys', () => {
  let own: OwnDatabase;
  let keys: IdempotencyKeys;
  let projectId: string;

  beforeAll(async () => {
    own = await openDatabase();
    keys = new IdempotencyKeys(own.database);
  });
  beforeEach(() => (projectId = newUuid()));
  afterAll(() => own.close());

  const claim = (version = 1, body = 'body', key = 'key') => keys.claim(projectId, key, body, version);
  const letLeaseRunOut = () =>
    own.database.query("UPDATE idempotency_keys SET lease_until = now() - interval '1 second'");

  it('gives a new key to the request', async () => {
    expect(await claim(7)).toEqual({ state: 'mine', version: 7, bodyHash: BODY });
  });

  it('tells other requests that the first is in flight', async () => {
    await claim();
    expect(await claim(2)).toEqual({ state: 'in-flight' });
  });

  it('gives the first answer again, to the letter', async () => {
    await claim();
    const answer = { status: 201, body: '{"session":{"name":"ä \\u0000"}}' };
    await keys.answer(projectId, 'key', answer);
    expect(await claim(2)).toEqual({ state: 'answered', answer });
    await letLeaseRunOut();
    expect(await claim(3)).toEqual({ state: 'answered', answer });
  });

  it('tells another body apart, in flight, answered and abandoned', async () => {
    await claim();
    expect(await claim(2, 'other')).toEqual({ state: 'other-body' });
    await letLeaseRunOut();
    expect(await claim(2, 'other')).toEqual({ state: 'other-body' });
    await keys.answer(projectId, 'key', { status: 201, body: '{}' });
    expect(await claim(2, 'other')).toEqual({ state: 'other-body' });
  });

  it('lets a request take over from one that died, with the version of the first', async () => {
    await claim(7);
    await letLeaseRunOut();
    expect(await claim(8)).toEqual({ state: 'mine', version: 7, bodyHash: BODY });
    expect(await claim(9)).toEqual({ state: 'in-flight' });
  });

  it('tells of a key that an earlier release claimed that its ids do not hang on the body', async () => {
    await claim(7);
    await own.database.query('UPDATE idempotency_keys SET ids_from_body = NULL');
    await letLeaseRunOut();
    expect(await claim(8)).toEqual({ state: 'mine', version: 7, bodyHash: null });
  });

  it('lets one of many take over', async () => {
    await claim(7);
    await letLeaseRunOut();
    const claims = await Promise.all(Array.from({ length: 50 }, (_, number) => claim(number)));
    expect(claims.filter(({ state }) => state === 'mine')).toEqual([
      { state: 'mine', version: 7, bodyHash: BODY },
    ]);
  });

  it('gives a released key to a retry with the same body, with the version of the first', async () => {
    await claim();
    await keys.release(projectId, 'key');
    expect(await claim(2, 'other')).toEqual({ state: 'other-body' });
    expect(await claim(2)).toMatchObject({ state: 'mine', version: 1 });
    expect(await claim(3)).toEqual({ state: 'in-flight' });
  });

  it('does not release a key that is answered', async () => {
    await claim();
    await keys.answer(projectId, 'key', { status: 201, body: '{}' });
    await keys.release(projectId, 'key');
    expect(await claim(2)).toMatchObject({ state: 'answered' });
  });

  it('gives a new key to exactly one of 50 requests', async () => {
    const claims = await Promise.all(Array.from({ length: 50 }, (_, number) => claim(number)));
    expect(claims.filter(({ state }) => state === 'mine')).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'in-flight')).toHaveLength(49);
  });

  it('keeps the keys of projects apart', async () => {
    await claim();
    projectId = newUuid();
    expect(await claim(2, 'other')).toMatchObject({ state: 'mine', version: 2 });
  });

  it('forgets old keys only', async () => {
    await claim(1, 'body', 'old');
    for (let other = 0; other < 4; other += 1) await claim(1, 'body', `old ${other}`);
    await own.database.query("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");
    await claim(1, 'body', 'new');
    await keys.forget(24, 2);
    expect(await claim(2, 'body', 'old 3')).toMatchObject({ state: 'mine' });
    expect(await claim(2, 'body', 'old')).toMatchObject({ state: 'mine' });
    expect(await claim(2, 'body', 'new')).toEqual({ state: 'in-flight' });
  });

  it('keeps an answer as long as any other when it came long after the key was claimed first', async () => {
    await claim();
    await own.database.query("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");
    await keys.answer(projectId, 'key', { status: 201, body: '{}' });
    await keys.forget(24);
    expect(await claim(2)).toMatchObject({ state: 'answered' });
  });
});
