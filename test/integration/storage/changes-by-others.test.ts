import { newUuid } from '@sessions/contract';
import { SessionWriter } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const MANY = 20_000;

describe('what other systems change by SQL', () => {
  let own: OwnDatabase;
  let writer: SessionWriter;
  let projectId: string;

  beforeAll(async () => {
    own = await openDatabase(4);
    writer = new SessionWriter(own.database);
  });
  afterAll(() => own.close());
  beforeEach(() => (projectId = newUuid()));

  /** Stores sessions and empties the outbox, as though all were indexed. */
  async function store(...wanted: Partial<Parameters<typeof accepted>[0]>[]): Promise<string[]> {
    const batch = wanted.map((one) => accepted({ projectId, ...one }));
    await writer.write(batch);
    await own.database.query('DELETE FROM search_outbox');
    return batch.map(({ id }) => id);
  }

  const change = async (column: string, id: string): Promise<void> => {
    await own.database.query(`UPDATE sessions SET ${column} WHERE project_id = $1 AND id = $2`, [
      projectId,
      id,
    ]);
  };

  async function queued(): Promise<string[]> {
    const { rows } = await own.database.query<{ session_id: string }>(
      'SELECT session_id FROM search_outbox ORDER BY session_id',
    );
    return rows.map(({ session_id }) => session_id);
  }

  it.each([
    "analysis_status = 'analyzed'",
    'is_archived = true',
    'is_human_takeover = true',
    "contact_id = 'crm-1'",
    'contact_id = NULL',
  ])('is queued for the index: %s', async (column) => {
    const [id = ''] = await store({ fields: { contactId: 'crm-0' } }, {});
    await change(column, id);
    expect(await queued()).toEqual([id]);
    await own.database.query('DELETE FROM search_outbox');
    await change(column, id);
    expect(await queued()).toEqual([]);
  });

  it('is queued anew while the change before is being indexed, and left to who indexes it', async () => {
    const [id = ''] = await store({});
    await change('is_archived = true', id);
    const row = async () =>
      (
        await own.database.query<{ change: string }>(
          'SELECT change, attempts, claimed_until > now() AS held, maybe_indexed FROM search_outbox',
        )
      ).rows[0];
    const before = Number((await row())?.change);
    await own.database.query(
      `UPDATE search_outbox SET attempts = 3, claimed_until = now() + interval '1 minute'`,
    );
    await change('is_archived = false', id);
    const { change: after, ...others } = (await row()) ?? {};
    expect(Number(after)).toBeGreaterThan(before);
    expect(others).toEqual({ attempts: 0, held: true, maybe_indexed: true });
  });

  it('is told from what the pipeline changes, which gives the session another version', async () => {
    const [first = '', second = ''] = await store({ external: 'T-1' }, { external: 'T-2' });
    await change(`contact_id = 'crm-1', version = version + 1`, first);
    await change(`contact_id = 'crm-1', field_versions = '{}'`, second);
    await change(`field_versions = '{"name": 0}'`, second);
    expect(await queued()).toEqual([]);
  });

  it('is queued for every session of a contact whose company changes', async () => {
    const email = 'jane@example.com';
    const [one = '', two = ''] = await store({ email }, { email }, { email: 'joe@example.com' }, {});
    await store({ projectId: newUuid(), email });
    const move = (company: string | null) =>
      own.database.query('UPDATE contacts SET company_id = $3 WHERE project_id = $1 AND email = $2', [
        projectId,
        email,
        company,
      ]);
    for (const company of ['acme', 'globex', null]) {
      await move(company);
      expect(await queued()).toEqual([one, two].sort());
      await own.database.query('DELETE FROM search_outbox');
      await move(company);
      expect(await queued()).toEqual([]);
    }
  });

  it('is queued for the sessions of a contact that is added with its company', async () => {
    const [id = ''] = await store({ fields: { contactId: 'crm-1' } }, { fields: { contactId: 'crm-2' } });
    await own.database.query(
      `INSERT INTO contacts (project_id, id, email, company_id)
       VALUES ($1, 'crm-1', 'a@example.com', 'acme'), ($1, 'crm-2', 'b@example.com', NULL)`,
      [projectId],
    );
    expect(await queued()).toEqual([id]);
  });

  it('takes no rights to the outbox, no search path, and no table in its place', async () => {
    const email = `${projectId}@example.com`;
    const [archived = '', moved = ''] = await store({}, { email });
    const role = `archiver_${projectId.replaceAll('-', '')}`;
    await own.database.query(`CREATE ROLE ${role} NOLOGIN`);
    try {
      await own.database.query(`GRANT SELECT (project_id, id), UPDATE (is_archived) ON sessions TO ${role}`);
      await own.database.query(`GRANT SELECT (email), UPDATE (company_id) ON contacts TO ${role}`);
      await own.database.transaction(async (connection) => {
        await connection.query(`SET LOCAL ROLE ${role}`);
        await connection.query(`SET LOCAL search_path = ''`);
        await connection.query(
          'CREATE TEMP TABLE search_outbox (project_id uuid, session_id uuid) ON COMMIT DROP',
        );
        await connection.query('UPDATE public.sessions SET is_archived = true WHERE id = $1', [archived]);
        await connection.query(`UPDATE public.contacts SET company_id = 'acme' WHERE email = $1`, [email]);
      });
      expect(await queued()).toEqual([archived, moved].sort());
      const { rows } = await own.database.query<{ allowed: boolean }>(
        `SELECT has_function_privilege($1, name, 'EXECUTE') AS allowed
         FROM unnest(ARRAY['queue_changed_sessions()', 'queue_sessions_of_contacts()']) AS name`,
        [role],
      );
      expect(rows).toEqual([{ allowed: false }, { allowed: false }]);
    } finally {
      await own.database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('may be very many sessions, on a connection that changed single ones before', async () => {
    await own.database.query(
      `INSERT INTO sessions (project_id, id, status, source, session_type, user_metadata, custom_fields, tags,
        linked_entities, message_count, last_activity_at, created_at, updated_at, version)
       SELECT $1, gen_random_uuid(), 'active', 'api', 'chat', '{}', '{}', '{}', '{}', 0, now(), now(), now(), 1
       FROM generate_series(1, $2::int)`,
      [projectId, MANY],
    );
    const [id] = await store({});
    await own.database.transaction(async (connection) => {
      for (let time = 0; time < 10; time += 1) {
        await connection.query(
          'UPDATE sessions SET is_archived = NOT is_archived WHERE project_id = $1 AND id = $2',
          [projectId, id],
        );
      }
      // Each compared with each would take a minute.
      await connection.query(`SET LOCAL statement_timeout = '15s'`);
      await connection.query('UPDATE sessions SET is_archived = NOT is_archived WHERE project_id = $1', [
        projectId,
      ]);
    });
    expect(await queued()).toHaveLength(MANY + 1);
  }, 60_000);
});
