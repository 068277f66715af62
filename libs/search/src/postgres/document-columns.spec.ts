import fc from 'fast-check';
import { types } from 'pg';
import type { SearchDocument } from '../search-engine';
import { DocumentColumns } from './document-columns';
import { documentRows } from './document-rows';

/** The oid of `text[]`, which pg has a parser for and no name. */
const TEXT_ARRAY: number = 1009;

const [LEXEMES, TAGS, TAKEOVER, CONTACT, SEGMENT] = [3, 7, 9, 11, 17] as const;

function document(fields: Partial<SearchDocument>): SearchDocument {
  return {
    projectId: '01890000-0000-7000-8000-000000000001',
    sessionId: '01890000-0000-7000-8000-000000000002',
    version: 'v',
    name: null,
    description: null,
    status: 'active',
    source: 'api',
    tags: [],
    isArchived: false,
    isHumanTakeover: true,
    analysisStatus: 'pending',
    contactId: null,
    companyIds: [],
    productScopeIds: [],
    createdAt: 1,
    lastActivityAt: 2,
    messages: [],
    ...fields,
  };
}

/** What Postgres would read: the elements of each column. */
function read(columns: DocumentColumns): (string | null)[][] {
  const parse = types.getTypeParser(TEXT_ARRAY) as (text: string) => (string | null)[];
  return columns.values().map(parse);
}

describe('DocumentColumns', () => {
  it('holds the rows in the order in which they were added', () => {
    const columns = new DocumentColumns();
    columns.add(documentRows([document({ contactId: 'one' }), document({ isHumanTakeover: false })], 4));
    columns.add(documentRows([document({ contactId: 'NULL' })], 5));
    const found = read(columns);
    expect(found[CONTACT]).toEqual(['one', null, 'NULL']);
    expect(found[TAKEOVER]).toEqual(['true', 'false', 'true']);
    expect(found[SEGMENT]).toEqual(['4', '4', '5']);
  });

  it('leaves the words out of a session that one tsvector cannot hold', () => {
    const columns = new DocumentColumns();
    const words = Array.from({ length: 40_000 }, (_, at) => `word${at}`).join(' ');
    columns.add(documentRows([document({ messages: [words] })], 0));
    expect(read(columns)[LEXEMES]).toEqual([null]);
  });

  it('keeps every text as it is', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.record({ contactId: text, tags: fc.array(text) })), (sessions) => {
        const columns = new DocumentColumns();
        columns.add(documentRows(sessions.map(document), 0));
        expect(read(columns)[CONTACT]).toEqual(sessions.map(({ contactId }) => contactId));
        expect(read(columns)[TAGS]?.map((tags) => JSON.parse(tags ?? '') as unknown)).toEqual(
          sessions.map(({ tags }) => tags),
        );
      }),
    );
  });

  it('writes lone surrogates of lists as the driver would', () => {
    const columns = new DocumentColumns();
    columns.add(documentRows([document({ tags: ['a\ud800b'] })], 0));
    expect(read(columns)[TAGS]).toEqual(['["a\ufffdb"]']);
  });
});
