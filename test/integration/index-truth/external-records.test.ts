import { newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { SearchDocument } from '@sessions/search';
import { SessionWriter } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { searchEngines } from '../../support/backends';
import type { IndexUnderTest } from './index-under-test';
import { openIndex } from './index-under-test';

const NONE = { missing: 0, stale: 0, surplus: 0, refused: 0 };

/** The version of a document as workers told it before `sessions.version` and `updated_at` were left out. */
const FORMER_VERSION = `SELECT md5(ROW(sessions.version, message_count, messages_hash, name, description, status, source, tags,
    is_archived, is_human_takeover, analysis_status, contact_id, extract(epoch FROM sessions.created_at),
    extract(epoch FROM last_activity_at), extract(epoch FROM updated_at),
    ARRAY(SELECT target_id FROM session_links AS link WHERE link.project_id = sessions.project_id
        AND link.session_id = sessions.id AND kind = 'companies' ORDER BY 1), '{}'::text[])::text) AS version
  FROM sessions WHERE id = $1`;

describe.each(searchEngines())('the index of %s and external records that are sent again', (backend) => {
  const projectId = newUuid();
  const name = 'word';
  let under: IndexUnderTest;
  let writer: SessionWriter;
  /** What was handed to the engine, in order. */
  let submitted: SearchDocument[];

  beforeEach(async () => {
    under = await openIndex(backend);
    writer = new SessionWriter(under.database);
    submitted = [];
    const submit = under.engine.submit.bind(under.engine);
    jest.spyOn(under.engine, 'submit').mockImplementation((documents, ...rest) => {
      submitted.push(...documents);
      return submit(documents, ...rest);
    });
    await under.startIndexer();
  });

  afterEach(() => under.close());

  const version = (at: number, fields: AcceptedSession['fields'], messages?: string[]) =>
    accepted({ projectId, at, external: 'T-1', fields, messages });

  async function write(session: AcceptedSession): Promise<string> {
    await writer.write([session]);
    await under.indexed();
    return session.id;
  }

  it.each<[string, number, ...AcceptedSession[]]>([
    ['the same again', 1, version(1, { name }, ['a', 'b']), version(2, { name }, ['a', 'b'])],
    ['the same, the older last', 2, version(2, { name }, ['a']), version(1, { name }, ['a'])],
    ['messages more', 2, version(1, { name }, ['a']), version(2, {}, ['a', 'b'])],
    ['messages fewer', 2, version(1, { name }, ['a', 'b']), version(2, {}, ['a'])],
    ['as many other messages', 2, version(1, { name }, ['a', 'b']), version(2, {}, ['b', 'a'])],
    ['messages that were open', 2, version(2, { name }), version(1, {}, ['a'])],
    ['older messages', 2, version(2, { name }, ['a']), version(1, { name: 'x' }, ['b'])],
    ['another name', 2, version(1, { name }), version(2, { name: 'words' })],
    ['a field that was open', 2, version(2, { name }), version(1, { name: 'x', description: 'open' })],
    ['links', 2, version(1, { name }), version(2, { linkedEntities: { companies: ['acme'] } })],
    ['nothing but an earlier time', 2, version(2, { name }), version(1, {})],
  ])('are the same after %s, by indexing %d times', async (_what, times, ...versions) => {
    let id = '';
    for (const session of versions) id = await write(session);
    expect((await under.check()).differences).toEqual(NONE);
    expect(submitted).toHaveLength(times);
    // What the database holds now, whatever the versions say.
    await under.database.query('INSERT INTO search_outbox (project_id, session_id) VALUES ($1, $2)', [
      projectId,
      id,
    ]);
    await under.indexed();
    expect(submitted.at(-1)).toEqual(submitted.at(-2));
  });

  it('are the same as before an upgrade, until they change', async () => {
    const id = await write(version(1, { name, linkedEntities: { companies: ['acme'] } }, ['a']));
    const { rows } = await under.database.query<{ version: string }>(FORMER_VERSION, [id]);
    const former = { version: rows[0]?.version ?? '' };
    const documents = submitted.map((document) => ({ ...document, ...former }));
    await (await under.engine.submit(documents, [])).settled();
    expect((await under.check()).differences).toEqual(NONE);
    await under.database.query(`UPDATE sessions SET name = 'newer' WHERE id = $1`, [id]);
    expect((await under.check()).differences).toEqual({ ...NONE, stale: 1 });
  });
});
