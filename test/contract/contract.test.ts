import { queueBackends, searchEngines } from '../support/backends';
import type { Row } from './harness/row';
import { runRow } from './harness/run-row';
import { createWorld } from './harness/world';
import type { World } from './harness/world';
import { themes } from './rows/themes';

/** The default of a fresh machine, and Redis with the best search engine that this machine has. */
const profiles = queueBackends().map((queue) => ({
  queue,
  search: queue === 'postgres' ? ('postgres' as const) : (searchEngines().at(-1) ?? 'postgres'),
}));

describe('the contract', () => {
  it('is a table of over 200 rows, each with a name of its own', () => {
    const names = themes.flatMap(({ theme, rows }) => rows.map(({ name }) => `${theme}: ${name}`));
    expect(names.length).toBeGreaterThan(200);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  describe.each(profiles)('with $queue as queue and $search as search', (profile) => {
    let world: World | undefined;
    beforeAll(async () => {
      world = await createWorld(profile);
    }, 180_000);
    afterAll(() => world?.close(), 60_000);

    const run = (row: Row): Promise<void> => {
      if (world === undefined) throw new Error('The product did not start.');
      return runRow(row, world);
    };

    for (const { theme, rows } of themes) {
      describe(theme, () => {
        for (const row of rows) test(`${row.name} (${row.rule})`, () => run(row), 90_000);
      });
    }
  });
});
