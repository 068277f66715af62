import { createEmptyDatabase } from '../support/backends';
import type { TestDatabase } from '../support/backends';
import { requireBuild } from '../support/build';
import { startProcess } from '../support/product-process';

describe('A database without our tables', () => {
  let empty: TestDatabase;
  beforeAll(async () => {
    await requireBuild();
    empty = await createEmptyDatabase();
  }, 60_000);
  afterAll(() => empty.drop());

  it.each(['api', 'worker'] as const)(
    'keeps the %s from starting, which says what to do',
    async (role) => {
      const environment = { DATABASE_URL: empty.url, PORT: '0' };
      await expect(startProcess(role, environment)).rejects.toThrow(/DATABASE_URL: .*run migrate/);
    },
    30_000,
  );
});
