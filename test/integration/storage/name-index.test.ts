import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { migrate, SessionReader, SessionWriter } from '@sessions/storage';
import { Values, whereSessions } from '../../../libs/storage/src/sessions/session-filters';
import { accepted } from '../../support/accepted-session';
import { createEmptyDatabase } from '../../support/backends';
import { openDatabase } from './support';

const SESSIONS = 5000;

describe('the index of names', () => {
  it('leads to the sessions that a part of a name asks for', async () => {
    const own = await openDatabase(2);
    const projectId = newUuid();
    await own.database.query(
      `INSERT INTO sessions (project_id, id, name, status, source, session_type, user_metadata, custom_fields, tags,
        linked_entities, message_count, last_activity_at, created_at, updated_at, version)
       SELECT $1, gen_random_uuid(), md5(i::text), 'active', 'api', 'chat', '{}', '{}', '{}', '{}', 0, now(), now(),
        now(), 1 FROM generate_series(1, $2::int) AS i`,
      [projectId, SESSIONS],
    );
    await own.database.query('VACUUM ANALYZE sessions');
    const values = new Values();
    const where = whereSessions(projectId, { showArchived: true, name: 'c4ca4238' }, values);
    const { rows } = await own.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id, last_activity_at FROM sessions WHERE ${where}`,
      values.list,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('sessions_name');
    await own.close();
  });

  it('is left out where the server does not allow the extensions', async () => {
    const own = await createEmptyDatabase();
    const dataSource = createDataSource(own.url, { poolSize: 1 });
    await dataSource.initialize();
    // As Azure refuses an extension that is not on its list.
    await dataSource.query(`CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE 'extension is not allow-listed' USING ERRCODE = 'feature_not_supported'; END $$`);
    await dataSource.query(
      `CREATE EVENT TRIGGER refused ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION refuse()`,
    );
    expect(await migrate(own.url)).toContain('NameIndex1764442800000');
    expect(await dataSource.query(`SELECT FROM pg_class WHERE relname = 'sessions_name'`)).toEqual([]);
    await dataSource.destroy();
    await own.drop();
  }, 60_000);

  it('is left out, and sessions are found all the same, where the migrating role may not add extensions', async () => {
    const own = await createEmptyDatabase();
    const admin = createDataSource(own.url, { poolSize: 1 });
    await admin.initialize();
    const role = `tenant_${newUuid().replaceAll('-', '')}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'; CREATE SCHEMA AUTHORIZATION ${role}`);
    const url = new URL(own.url);
    Object.assign(url, { username: role, password: role });

    expect(await migrate(url.href)).toContain('NameIndex1764442800000');
    const dataSource = createDataSource(url.href, { poolSize: 2 });
    await dataSource.initialize();
    const database = databaseOf(dataSource);
    expect((await database.query(`SELECT FROM pg_class WHERE relname = 'sessions_name'`)).rowCount).toBe(0);
    const projectId = newUuid();
    await new SessionWriter(database).write([accepted({ projectId, fields: { name: 'Cannot log in' } })]);
    const filters = { showArchived: true, name: 'log' };
    const { total } = await new SessionReader(database).list(projectId, filters, { limit: 1, offset: 0 });
    expect(total).toBe(1);

    await dataSource.destroy();
    await admin.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    await admin.destroy();
    await own.drop();
  }, 60_000);
});
