import { newUuid, versionTime } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { SessionReader, SessionWriter } from '@sessions/storage';
import * as fc from 'fast-check';
import { accepted, versionAt } from '../../support/accepted-session';
import { contentsOf, emptyTables, findRecord, openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

/** Versions of one record, oldest first: each gives some of the fields, and messages or none. */
const versions = fc
  .array(
    fc.record(
      {
        name: fc.constantFrom('a', 'b', 'c'),
        status: fc.constantFrom('active', 'closed'),
        source: fc.constantFrom('zendesk', 'gong'),
        linkedEntities: fc.constantFrom({}, { companies: ['x'] }, { companies: ['x', 'y'], issues: ['z'] }),
        messages: fc.array(fc.constantFrom('hello', 'bye', 'thanks'), { maxLength: 4 }),
      },
      { requiredKeys: [] },
    ),
    { minLength: 2, maxLength: 6 },
  )
  .map((given) =>
    given.map(({ messages, ...fields }, at) =>
      accepted({ projectId, at, external: 'T-1', fields: fields as AcceptedSession['fields'], messages }),
    ),
  );

const order = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });

function shuffled<Item>(items: readonly Item[], keys: readonly number[]): Item[] {
  return items
    .map((item, index) => ({ item, key: keys[index] ?? 0 }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

describe('an external record that is sent again', () => {
  let own: OwnDatabase;
  let writer: SessionWriter;
  let reader: SessionReader;

  beforeAll(async () => {
    own = await openDatabase();
    writer = new SessionWriter(own.database);
    reader = new SessionReader(own.database);
  });
  beforeEach(() => emptyTables(own.database));
  afterAll(() => own.close());

  const ticket = (at: number, wanted: Partial<Parameters<typeof accepted>[0]> = {}) =>
    accepted({ projectId, at, external: 'T-1', ...wanted });

  /**
   * What is stored after the batches, without what may depend on the order of arrival: the times of unchanged
   * messages, of activity and of the last change, which say when something was seen to change.
   */
  async function stateAfter(batches: AcceptedSession[][], together: boolean): Promise<unknown> {
    await emptyTables(own.database);
    if (together) await Promise.all(batches.map((batch) => writer.write(batch)));
    else for (const batch of batches) await writer.write(batch);
    const id = batches[0]?.[0]?.id ?? '';
    const stored = await findRecord(reader, projectId, id);
    const record = { ...stored, updatedAt: '', firstMessageAt: '', lastActivityAt: '' };
    const messages = ((await reader.findWithMessages(projectId, id))?.messages ?? []).map(
      ({ content }) => content,
    );
    const links = await own.database.query('SELECT kind, target_id FROM session_links ORDER BY 1, 2');
    return { record, messages, links: links.rows };
  }

  it('ends as if its versions had come one by one, in whatever order and batches they come', async () => {
    await fc.assert(
      fc.asyncProperty(versions, order, fc.integer({ min: 1, max: 6 }), async (given, keys, cut) => {
        const wanted = await stateAfter(
          given.map((version) => [version]),
          false,
        );
        const arrival = shuffled(given, keys);
        const batches = [arrival.slice(0, cut), arrival.slice(cut)].filter((batch) => batch.length > 0);
        expect(await stateAfter([arrival], false)).toEqual(wanted);
        expect(await stateAfter(batches, false)).toEqual(wanted);
        expect(
          await stateAfter(
            arrival.map((version) => [version]),
            false,
          ),
        ).toEqual(wanted);
        expect(await stateAfter([...batches, ...batches.slice(0, 1)], false)).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('ends the same when two writers store its versions at once', async () => {
    await fc.assert(
      fc.asyncProperty(versions, order, fc.integer({ min: 1, max: 5 }), async (given, keys, cut) => {
        const wanted = await stateAfter([given], false);
        const arrival = shuffled(given, keys);
        const batches = [arrival.slice(0, cut), arrival.slice(cut)].filter((batch) => batch.length > 0);
        expect(await stateAfter([...batches, ...batches], true)).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });

  it('has the messages of its newest version as a whole, and counts them', async () => {
    const { id } = ticket(0);
    await writer.write([ticket(0, { messages: ['a', 'b', 'c', 'd'] })]);
    await writer.write([ticket(1, { messages: ['a', 'x'] })]);
    const { rows } = await own.database.query(
      'SELECT position, content FROM session_messages ORDER BY position',
    );
    expect(rows).toEqual([
      { position: 0, content: 'a' },
      { position: 1, content: 'x' },
    ]);
    expect(await findRecord(reader, projectId, id)).toMatchObject({ messageCount: 2 });
    await writer.write([ticket(2, { messages: [] })]);
    expect((await reader.findWithMessages(projectId, id))?.messages).toEqual([]);
    expect(await findRecord(reader, projectId, id)).toMatchObject({ messageCount: 0, firstMessageAt: null });
  });

  it('keeps the times of messages that did not change', async () => {
    const { id } = ticket(0);
    const times = async () =>
      ((await reader.findWithMessages(projectId, id))?.messages ?? []).map(({ createdAt }) => createdAt);
    await writer.write([ticket(0, { messages: ['a', 'b'] })]);
    await writer.write([ticket(1000, { messages: ['a', 'changed', 'c'] })]);
    expect(await times()).toEqual([0, 1000, 1000].map((at) => versionTime(versionAt(at))));
    const spoken = {
      role: 'user',
      senderType: 'user',
      content: 'a',
      createdAt: '2025-12-24T18:00:00.000Z',
    } as const;
    await writer.write([ticket(2000, { messages: [spoken, 'changed'] })]);
    expect(await times()).toEqual([spoken.createdAt, versionTime(versionAt(1000))]);
  });

  it('keeps messages, links and fields that a newer version leaves out', async () => {
    const { id } = ticket(0);
    const links = { companies: ['acme'] };
    await writer.write([
      ticket(0, { messages: ['a'], fields: { name: 'old', description: 'kept', linkedEntities: links } }),
    ]);
    await writer.write([ticket(1, { fields: { name: 'new' } })]);
    expect(await findRecord(reader, projectId, id)).toMatchObject({
      name: 'new',
      description: 'kept',
      linkedEntities: links,
      messageCount: 1,
      createdAt: versionTime(versionAt(0)),
      updatedAt: versionTime(versionAt(1)),
    });
  });

  it('replaces its links', async () => {
    await writer.write([ticket(0, { fields: { linkedEntities: { companies: ['a', 'b'], issues: ['i'] } } })]);
    await writer.write([ticket(1, { fields: { linkedEntities: { companies: ['b', 'c'] } } })]);
    const { rows } = await own.database.query('SELECT kind, target_id FROM session_links ORDER BY target_id');
    expect(rows).toEqual([
      { kind: 'companies', target_id: 'b' },
      { kind: 'companies', target_id: 'c' },
    ]);
  });

  it('is not touched by a newer version that says the same', async () => {
    const content = { messages: ['a'], fields: { name: 'same', userMetadata: { b: 1, a: { d: 2, c: 3 } } } };
    await writer.write([ticket(0, content)]);
    const before = await contentsOf(own.database);
    expect(await writer.write([ticket(1, content)])).toEqual({ created: 0, updated: 0 });
    const version = String(versionAt(1));
    const [session] = (before as { sessions: object[] }).sessions;
    expect(await contentsOf(own.database)).toEqual({
      ...(before as object),
      sessions: [{ ...session, version }],
    });
  });

  it('does not become a session of another project that has the same record', async () => {
    const other = newUuid();
    await writer.write([ticket(0, { fields: { name: 'ours' } })]);
    await writer.write([accepted({ projectId: other, at: 1, external: 'T-1', fields: { name: 'theirs' } })]);
    expect(await findRecord(reader, projectId, ticket(0).id)).toMatchObject({ name: 'ours' });
  });

  it('is the same, times included, whether its versions come in one batch or one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(versions, async (given) => {
        const id = given[0]?.id ?? '';
        await emptyTables(own.database);
        await writer.write(given);
        const together = await reader.findWithMessages(projectId, id);
        await emptyTables(own.database);
        for (const version of given) await writer.write([version]);
        expect(await reader.findWithMessages(projectId, id)).toEqual(together);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('gives messages the time they were said at, whatever the time zone of the server', async () => {
    const said = '1850-06-01T12:00:00.000Z';
    const { id } = ticket(0);
    await writer.write([
      ticket(0, { messages: [{ role: 'user', senderType: 'user', content: 'x', createdAt: said }] }),
    ]);
    await own.database.transaction(async (connection) => {
      await connection.query(`SET LOCAL timezone TO 'Europe/Berlin'`);
      const stored = await new SessionReader(connection as unknown as Database).findWithMessages(
        projectId,
        id,
      );
      expect(stored?.messages[0]?.createdAt).toBe(said);
      expect(stored?.record.firstMessageAt).toBe(said);
    });
  });
});
