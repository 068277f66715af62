import { newUuid } from '@sessions/contract';
import type { SessionFilters } from '@sessions/storage';
import { readNarrow } from '../../../libs/storage/src/sessions/session-narrow';
import { expectedList, fillLibrary } from './library';
import type { Library } from './library';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const SIZE = 600;
const LIMIT = 10;
const projectId = newUuid();

const NARROW: Partial<SessionFilters>[] = [
  { companyId: 'one' },
  { productScopeIds: ['one', 'two'] },
  { name: 'login' },
  { name: 'e_c' },
];
const OTHERS: Partial<SessionFilters>[] = [
  {},
  { showArchived: false },
  { status: 'active', tags: ['bug', 'wins'] },
  { dateFrom: Date.parse('2026-01-04T12:00:00.000Z'), isAnalyzed: false },
];

/** Each of the filters, and each set of filters on different things. */
function combinations(contactId: string): SessionFilters[] {
  return [{}, ...NARROW].flatMap((first) =>
    [{}, ...NARROW].flatMap((second) =>
      [{}, { contactId }].flatMap((contact) =>
        OTHERS.map((others) => ({ showArchived: true, ...first, ...second, ...contact, ...others })),
      ),
    ),
  );
}

describe('the ways to find what a name, a company, a contact or scopes lead to', () => {
  let own: OwnDatabase;
  let library: Library;

  beforeAll(async () => {
    own = await openDatabase();
    library = await fillLibrary(own.database, projectId, SIZE);
    await fillLibrary(own.database, newUuid(), SIZE, 2);
    await own.database.query('VACUUM ANALYZE');
  });
  afterAll(() => own.close());

  it.each([
    ['one by one', 1_000_000],
    ['as sets', 0],
    ['as sets unless there are few', 40],
  ])('compares them %s', async (_way, few) => {
    const contact = [...library.companies].find(([, company]) => company === 'one')?.[0] ?? '';
    let found = 0;
    for (const filters of combinations(contact)) {
      const expected = expectedList(library, filters).map(({ id }) => id);
      for (const offset of [0, LIMIT]) {
        const page = { limit: LIMIT, offset };
        const { sessions, total } = await readNarrow(own.database, projectId, filters, page, few);
        const wanted = { ids: expected.slice(offset, offset + LIMIT), total: expected.length };
        expect({ filters, ids: sessions.map(({ id }) => id), total }).toEqual({ filters, ...wanted });
      }
      found += expected.length;
    }
    expect(found).toBeGreaterThan(SIZE);
  });

  it('runs no more than one of the two ways', async () => {
    const filters = { showArchived: true, name: 'login', companyId: 'one' };
    const explained: string[] = [];
    const connection = {
      query: async (text: string, values: readonly unknown[]) => {
        const { rows } = await own.database.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN (ANALYZE, COSTS OFF) ${text}`,
          values,
        );
        explained.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
        return { rows: [] };
      },
    } as unknown as OwnDatabase['database'];
    for (const few of [0, 1_000_000]) {
      await readNarrow(connection, projectId, filters, { limit: LIMIT, offset: 0 }, few);
    }
    const [asSets = '', oneByOne = ''] = explained;
    expect(asSets).toMatch(/Scan using sessions_pkey on sessions sessions_\d+ \(never executed\)/);
    expect(oneByOne).toMatch(/(Hash|Group)Aggregate \(never executed\)/);
  });
});
