import type { Exclusion } from '@sessions/search';
import { Outbox, parseQuery, PendingSearch } from '@sessions/search';
import { SessionWriter } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

describe('what the engine is told to leave out', () => {
  const LEASE_MS = 20_000;
  const given = useIndexers();
  let outbox: Outbox;

  beforeEach(() => {
    outbox = new Outbox(given.database);
  });

  /** Stores as the worker does: a session with an external id is written again when it is there. */
  async function write(external?: string, at = 0): Promise<string> {
    const session = accepted({
      projectId: given.projectId,
      at,
      ...(external && { external }),
      fields: { name: `at ${at}` },
    });
    await new SessionWriter(given.database).write([session]);
    return session.id;
  }

  async function excluded(): Promise<Exclusion> {
    const pending = new PendingSearch(given.database, 1000);
    return (await pending.search(given.projectId, parseQuery('word'), { includeArchived: false })).considered;
  }

  async function claim(limit = 1000): Promise<string> {
    const [first] = await outbox.claim(limit, LEASE_MS);
    return first?.claim ?? 'nothing was claimed';
  }

  it('is nothing of sessions that it cannot have heard of', async () => {
    const sessionIds = [await write('ticket'), await write()].reverse();
    expect(await excluded()).toEqual({ sessionIds, claims: [], maybeIndexed: [] });
  });

  it('is the claim of new sessions in flight, and its documents say so', async () => {
    const ids = [await write(), await write()].reverse();
    given.engine.hold();
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    const [batch] = given.engine.batches;
    expect(batch?.documents).toHaveLength(2);
    expect(await excluded()).toEqual({ sessionIds: ids, claims: [batch?.claim], maybeIndexed: [] });
    given.engine.release();
    await given.emptied();
    expect(await excluded()).toEqual({ sessionIds: [], claims: [], maybeIndexed: [] });
  });

  it('is every session one by one that was indexed before', async () => {
    const id = await write('ticket', 1);
    await given.start();
    await given.emptied();
    given.engine.hold();
    await write('ticket', 2);
    expect((await excluded()).maybeIndexed).toEqual([id]);
    await eventually(() => given.engine.batches.length === 2);
    expect(await excluded()).toEqual({ sessionIds: [id], claims: [], maybeIndexed: [id] });
  });

  it('is one by one a new session that changes after it was claimed', async () => {
    const [changed, unchanged] = [await write('ticket', 1), await write()];
    const entries = await outbox.claim(1000, LEASE_MS);
    await write('ticket', 2);
    const claims = [entries[0]?.claim];
    const exclusion = { sessionIds: [changed, unchanged], claims, maybeIndexed: [changed] };
    expect(await excluded()).toEqual(exclusion);
    await outbox.complete(entries.filter(({ sessionId }) => sessionId === changed));
    expect(await claim()).toMatch(/^\d+$/);
    expect(await excluded()).toEqual(exclusion);
  });

  it('is one by one a session that is claimed again', async () => {
    const id = await write();
    const [entry] = await outbox.claim(1, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const again = await outbox.claim(1, LEASE_MS);
    expect(again).toEqual([{ ...entry, claim: expect.stringMatching(/^\d+$/) as string }]);
    expect(again[0]?.claim).not.toBe(entry?.claim);
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });

  it('is one by one a session that was given back', async () => {
    const id = await write();
    await outbox.release(await outbox.claim(1, LEASE_MS));
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });

  it('is one by one what is claimed together and submitted in parts', async () => {
    const ids = [await write(), await write()].reverse();
    given.engine.hold();
    await given.start({ batchBytes: 1 });
    await eventually(() => given.engine.batches.length === 2);
    expect(given.engine.batches.map((batch) => batch.claim)).toEqual([undefined, undefined]);
    expect(await excluded()).toEqual({ sessionIds: ids, claims: [], maybeIndexed: ids });
  });

  it('is one by one what is left of a batch that the engine refuses', async () => {
    const ids = [await write(), await write(), await write(), await write()];
    given.engine.refuses = ({ sessionId }) => sessionId === ids[3];
    const submit = given.engine.submit.bind(given.engine);
    const whenSubmitted: Exclusion[] = [];
    jest.spyOn(given.engine, 'submit').mockImplementation(async (...batch) => {
      whenSubmitted.push(await excluded());
      return submit(...batch);
    });
    await given.start();
    await given.emptied();
    expect(whenSubmitted[0]?.maybeIndexed).toEqual([]);
    expect(whenSubmitted[1]).toEqual({ sessionIds: ids.reverse(), claims: [], maybeIndexed: ids });
    expect(given.engine.batches.slice(1).filter((part) => part.claim !== undefined)).toEqual([]);
  });

  it('is one by one what nobody said is new: rows of older versions and of repairs', async () => {
    const id = await given.store();
    expect((await excluded()).maybeIndexed).toEqual([id]);
  });
});
