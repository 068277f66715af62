import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import { SessionReader } from '@sessions/storage';
import { fillLibrary } from './library';
import { findRecord, openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

describe('A database whose times have another form', () => {
  let own: OwnDatabase;
  beforeAll(async () => {
    own = await openDatabase();
    await fillLibrary(own.database, projectId, 20);
    const name = new URL(own.url).pathname.slice(1);
    await own.database.query(`ALTER DATABASE ${name} SET DateStyle = 'German, DMY'`);
  });
  afterAll(() => own.close());

  it.each([undefined, 5000])('shows them alike (statement timeout %s)', async (statementTimeoutMs) => {
    const connected = createDataSource(
      own.url,
      statementTimeoutMs === undefined ? {} : { statementTimeoutMs },
    );
    const dataSource = await connected.initialize();
    try {
      const [before, reader] = [new SessionReader(own.database), new SessionReader(databaseOf(dataSource))];
      const page = { limit: 20, offset: 0 };
      const list = await reader.list(projectId, { showArchived: true }, page);
      expect(list).toEqual(await before.list(projectId, { showArchived: true }, page));
      const id = list.sessions[0]?.id ?? '';
      expect(await findRecord(reader, projectId, id)).toEqual(await findRecord(before, projectId, id));
      expect(await reader.findJson(projectId, id)).toEqual(await before.findJson(projectId, id));
    } finally {
      await dataSource.destroy();
    }
  });
});
