import { newUuid, versionTime } from '@sessions/contract';
import type { SessionRecord } from '@sessions/contract';
import { SessionReader, SessionWriter } from '@sessions/storage';
import { loadMessages } from '../../../libs/storage/src/sessions/message-writes';
import { accepted, versionAt } from '../../support/accepted-session';
import { contentsOf, emptyTables, findRecord, openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

describe('SessionWriter', () => {
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

  const count = async (table: string): Promise<number> => {
    const { rows } = await own.database.query<{ total: string }>(`SELECT count(*) AS total FROM ${table}`);
    return Number(rows[0]?.total);
  };

  function mixedBatch() {
    return [
      accepted({ projectId, fields: { name: 'bare' } }),
      accepted({ projectId, messages: ['one', 'two', 'three'], email: 'jane@example.com' }),
      accepted({ projectId: newUuid(), messages: ['another project'], email: 'jane@example.com' }),
      accepted({
        projectId,
        external: 'T-1',
        messages: ['ticket'],
        fields: {
          tags: ['bug', 'wins'],
          source: 'zendesk',
          linkedEntities: { companies: ['acme', 'globex'], product_scopes: ['checkout'] },
          userMetadata: { plan: 'pro', seats: 5, nested: { list: [1, null, true] } },
          customFields: { 'a "quoted" {key}': ['\\', ',', '{}'] },
        },
      }),
      accepted({ projectId, at: 5, external: 'T-1', fields: { name: 'renamed' } }),
    ];
  }

  it('stores a batch of mixed sessions with everything that belongs to them', async () => {
    const batch = mixedBatch();
    expect(await writer.write(batch)).toEqual({ created: 4, updated: 0 });
    const [bare, chat, foreign, ticket] = batch;
    expect(await findRecord(reader, projectId, bare?.id ?? '')).toMatchObject({
      name: 'bare',
      status: 'active',
      source: 'api',
      sessionType: 'chat',
      messageCount: 0,
      firstMessageAt: null,
      lastActivityAt: versionTime(versionAt(0)),
      external: null,
    });
    expect(
      ((await reader.findWithMessages(projectId, chat?.id ?? ''))?.messages ?? []).map(
        ({ content }) => content,
      ),
    ).toEqual(['one', 'two', 'three']);
    expect(await findRecord(reader, projectId, foreign?.id ?? '')).toBeNull();
    expect(await reader.findWithMessages(projectId, foreign?.id ?? '')).toBeNull();
    expect(await findRecord(reader, projectId, ticket?.id ?? '')).toMatchObject({
      ...ticket?.fields,
      name: 'renamed',
      external: { source: 'zendesk', id: 'T-1' },
      version: versionAt(5),
      messageCount: 1,
    });
    expect([await count('session_links'), await count('contacts'), await count('search_outbox')]).toEqual([
      3, 2, 4,
    ]);
  });

  it('changes nothing when the same batch is written again', async () => {
    const batch = mixedBatch();
    await writer.write(batch);
    const before = await contentsOf(own.database);
    expect(await writer.write(batch)).toEqual({ created: 0, updated: 0 });
    expect(await writer.write([...batch].reverse())).toEqual({ created: 0, updated: 0 });
    expect(await contentsOf(own.database)).toEqual(before);
  });

  it('stores what is new of a batch that was stored in part', async () => {
    const awkward = ['\\N', '\\.', 'a\tb\r\n\\t', '', ' \u2028ä😀"{}'];
    const [stored, fresh] = [
      accepted({ projectId, messages: ['before'] }),
      accepted({ projectId, messages: awkward, fields: { name: '\\N', userMetadata: { 'a\\\n': '\t"' } } }),
    ];
    await writer.write([stored]);
    expect(await writer.write([stored, fresh])).toEqual({ created: 1, updated: 0 });
    const found = await reader.findWithMessages(projectId, fresh.id);
    expect(found?.messages.map(({ content }) => content)).toEqual(awkward);
    expect(found?.record).toMatchObject({ ...fresh.fields, pageUrl: null });
    expect([await count('sessions'), await count('session_messages')]).toEqual([2, 6]);
  });

  it('stores a session that the index was told of before', async () => {
    const session = accepted({ projectId });
    await own.database.query('INSERT INTO search_outbox (project_id, session_id) VALUES ($1, $2)', [
      projectId,
      session.id,
    ]);
    expect(await writer.write([session])).toEqual({ created: 1, updated: 0 });
    expect([await count('sessions'), await count('search_outbox')]).toEqual([1, 1]);
  });

  it('stores a session once, however many writers have it', async () => {
    const batch = mixedBatch();
    const results = await Promise.all(Array.from({ length: 8 }, () => writer.write(batch)));
    expect(results.reduce((sum, { created }) => sum + created, 0)).toBe(4);
    expect([await count('sessions'), await count('session_messages')]).toEqual([4, 5]);
  });

  it('stores nothing of a batch of which Postgres refuses a row', async () => {
    const refused = accepted({ projectId, messages: ['fine', 'U+0000 is \0 not'], email: 'joe@example.com' });
    await expect(writer.write([...mixedBatch(), refused])).rejects.toMatchObject({ code: '22021' });
    expect(await contentsOf(own.database)).toEqual({
      sessions: [],
      session_messages: [],
      session_links: [],
      contacts: [],
      search_outbox: [],
    });
    expect(await writer.write(mixedBatch())).toEqual({ created: 4, updated: 0 });
  });

  it('leaves what was stored as it was when a later batch is refused', async () => {
    const first = accepted({ projectId, external: 'T-1', messages: ['first'] });
    await writer.write([first]);
    const before = await contentsOf(own.database);
    const second = accepted({ projectId, at: 1, external: 'T-1', messages: ['second'] });
    const refused = accepted({ projectId, fields: { name: '\0' } });
    await expect(writer.write([second, refused])).rejects.toThrow();
    expect(await contentsOf(own.database)).toEqual(before);
  });

  it('stores a session of more messages than one statement takes, in order', async () => {
    const messages = Array.from({ length: 20_001 }, (_, position) => `message ${position}`);
    const session = accepted({ projectId, messages });
    await writer.write([session]);
    expect(
      ((await reader.findWithMessages(projectId, session.id))?.messages ?? []).map(({ content }) => content),
    ).toEqual(messages);
  });

  it('creates one contact for all sessions that come at once from one address', async () => {
    const sessions = Array.from({ length: 200 }, () => accepted({ projectId, email: 'first@example.com' }));
    await Promise.all(sessions.map((session) => writer.write([session])));
    const { rows } = await own.database.query<{ id: string; email: string }>(
      'SELECT id, email FROM contacts',
    );
    expect(rows).toEqual([{ id: sessions[0]?.fields.contactId, email: 'first@example.com' }]);
    expect(await count('sessions')).toBe(200);
  });

  it('does not deadlock when batches name the same sessions and contacts in other orders', async () => {
    const names = Array.from({ length: 40 }, (_, number) => `T-${number}`);
    const batch = (at: number) =>
      names.map((external) =>
        accepted({ projectId, at, external, messages: [`at ${at}`], email: `${external}@example.com` }),
      );
    await Promise.all(
      Array.from({ length: 12 }, (_, at) => writer.write(at % 2 === 0 ? batch(at) : batch(at).reverse())),
    );
    expect([await count('sessions'), await count('contacts')]).toEqual([40, 40]);
  });

  /** The places of the rows of a table, which every write of a row changes. */
  const placesIn = async (table: string): Promise<unknown[]> =>
    (await own.database.query(`SELECT ctid, xmin FROM ${table} ORDER BY ctid`)).rows;

  it('writes no row of what is delivered again', async () => {
    const batch = mixedBatch().filter(({ external }) => external !== undefined);
    const tables = ['sessions', 'session_messages', 'session_links', 'search_outbox'];
    await writer.write(batch);
    const before = await Promise.all(tables.map(placesIn));
    await writer.write(batch);
    expect(await Promise.all(tables.map(placesIn))).toEqual(before);
  });

  it('writes of a record that is sent again unchanged nothing but its version', async () => {
    const record = (at: number, name: string) =>
      accepted({
        projectId,
        at,
        external: 'T-1',
        messages: ['same'],
        fields: { name, linkedEntities: { companies: ['acme'] }, userMetadata: { text: 'x'.repeat(64_000) } },
      });
    await writer.write([record(0, 'one')]);
    const tables = ['session_messages', 'session_links', 'search_outbox'];
    const before = await Promise.all(tables.map(placesIn));
    const seen = await findRecord(reader, projectId, record(0, '').id);
    expect(await writer.write([record(9, 'one')])).toEqual({ created: 0, updated: 0 });
    expect(await Promise.all(tables.map(placesIn))).toEqual(before);
    expect(await findRecord(reader, projectId, record(0, '').id)).toEqual({ ...seen, version: versionAt(9) });
    // What is older than that changes nothing any more.
    expect(await writer.write([record(5, 'two')])).toEqual({ created: 0, updated: 0 });
    expect(await writer.write([record(10, 'two')])).toEqual({ created: 0, updated: 1 });
  });

  it('takes the time of the first message from the messages that there are', async () => {
    const early = '2020-01-01T00:00:00.000Z';
    const said = (content: string, createdAt?: string) => ({
      role: 'user' as const,
      senderType: 'user' as const,
      content,
      ...(createdAt === undefined ? {} : { createdAt }),
    });
    const record = (at: number, ...messages: ReturnType<typeof said>[]) =>
      accepted({ projectId, at, external: 'T-1', messages });
    const first = async () => {
      const found = await reader.findWithMessages(projectId, record(0).id);
      return [found?.record.firstMessageAt, found?.messages.map(({ createdAt }) => createdAt).sort()[0]];
    };
    await writer.write([record(0, said('one', early), said('two'))]);
    expect(await first()).toEqual([early, early]);
    await writer.write([record(1, said('one'), said('another'))]);
    expect(await first()).toEqual([early, early]);
    await writer.write([record(2, said('others'), said('another'))]);
    expect(await first()).toEqual([versionTime(versionAt(1)), versionTime(versionAt(1))]);
    await writer.write([record(3, said('others', early))]);
    expect(await first()).toEqual([early, early]);
  });

  it('reads no more of the stored messages than the new ones may be the same as', async () => {
    await writer.write([
      accepted({ projectId, external: 'T-1', messages: ['same', 'x'.repeat(100), 'ééé', 'beyond'] }),
    ]);
    const again = accepted({ projectId, at: 1, external: 'T-1', messages: ['same', 'x', 'ééé'] });
    const before = (await findRecord(reader, projectId, again.id)) as SessionRecord;
    const loaded = (await loadMessages(own.database, [{ before, versions: [again] }])).get(again.id);
    expect([0, 1, 2, 3].map((position) => loaded?.[position]?.content)).toEqual([
      'same',
      undefined,
      'ééé',
      undefined,
    ]);
  });

  it('queues a changed session for the index once, under a new number, and leaves it to who indexes it', async () => {
    const change = async () =>
      (await own.database.query<{ change: string }>('SELECT change FROM search_outbox')).rows.map((row) =>
        Number(row.change),
      );
    await writer.write([accepted({ projectId, external: 'T-1', fields: { name: 'a' } })]);
    const [first] = await change();
    await own.database.query(
      "UPDATE search_outbox SET attempts = 3, claimed_until = now() + interval '1 hour'",
    );
    await writer.write([accepted({ projectId, at: 1, external: 'T-1', fields: { name: 'b' } })]);
    const [second, ...others] = await change();
    expect(others).toEqual([]);
    expect(second).toBeGreaterThan(first ?? Infinity);
    const { rows } = await own.database.query(
      'SELECT attempts, claimed_until > now() AS held, maybe_indexed FROM search_outbox',
    );
    expect(rows).toEqual([{ attempts: 0, held: true, maybe_indexed: true }]);
  });
});
