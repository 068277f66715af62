import { newUuid } from '@sessions/contract';
import { SessionReader, SessionWriter } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

describe('counting what is changed by hand', () => {
  let own: OwnDatabase;
  let projectId: string;

  beforeAll(async () => (own = await openDatabase(4)));
  afterAll(() => own.close());
  beforeEach(async () => {
    projectId = newUuid();
    await new SessionWriter(own.database).write([accepted({ projectId }), accepted({ projectId })]);
  });

  async function visible(): Promise<number> {
    const page = { limit: 1, offset: 0 };
    return (await new SessionReader(own.database).list(projectId, { showArchived: false }, page)).total;
  }

  it('takes no rights to the counts, and a role cannot put a table of its own in their place', async () => {
    const role = `archiver_${projectId.replaceAll('-', '')}`;
    await own.database.query(`CREATE ROLE ${role} NOLOGIN`);
    try {
      await own.database.query(`GRANT SELECT (project_id), UPDATE (is_archived) ON sessions TO ${role}`);
      await own.database.transaction(async (connection) => {
        await connection.query(`SET LOCAL ROLE ${role}`);
        await connection.query('CREATE TEMP TABLE session_count_deltas (project_id uuid) ON COMMIT DROP');
        await connection.query('UPDATE sessions SET is_archived = true WHERE project_id = $1', [projectId]);
      });
      expect(await visible()).toBe(0);
      const { rows } = await own.database.query<{ allowed: boolean }>(
        `SELECT has_function_privilege($1, 'note_session_counts()', 'EXECUTE') AS allowed`,
        [role],
      );
      expect(rows).toEqual([{ allowed: false }]);
    } finally {
      await own.database.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('takes no search path', async () => {
    await own.database.transaction(async (connection) => {
      await connection.query(`SET LOCAL search_path = ''`);
      await connection.query('UPDATE public.sessions SET is_archived = true WHERE project_id = $1', [
        projectId,
      ]);
    });
    expect(await visible()).toBe(0);
  });
});
