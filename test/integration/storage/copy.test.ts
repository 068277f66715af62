import { openDatabase } from './support';
import type { OwnDatabase } from './support';

describe('a COPY whose rows cannot be made', () => {
  let own: OwnDatabase;

  beforeAll(async () => (own = await openDatabase(1)));
  afterAll(() => own.close());

  function* failing(error: unknown): Generator<Buffer> {
    yield Buffer.from('1\n');
    throw error;
  }

  it('rejects with why, stores nothing, and leaves the connection usable', async () => {
    const why = new Error('not to be written');
    await own.database.query('CREATE TABLE copied (number int)');
    const pid = async () => (await own.database.query('SELECT pg_backend_pid()')).rows;
    const before = await pid();
    const copying = own.database.transaction((connection) =>
      connection.copy('COPY copied FROM STDIN', failing(why)),
    );
    await expect(copying).rejects.toBe(why);
    expect(await pid()).toEqual(before);
    await own.database.transaction((connection) =>
      connection.copy('COPY copied FROM STDIN', [Buffer.from('2\n')]),
    );
    expect((await own.database.query('SELECT number FROM copied')).rows).toEqual([{ number: 2 }]);
  });
});
