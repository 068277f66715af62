import { newUuid, SESSION_TAGS, sessionView } from '@sessions/contract';
import type { SessionRecord, SessionTag } from '@sessions/contract';
import fc from 'fast-check';
import { LISTED_SELECT, listedSessions } from '../../../libs/storage/src/sessions/session-json';
import type { ListedRow } from '../../../libs/storage/src/sessions/session-json';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

/** Characters that JSON escapes, or that some writers of JSON do. Postgres holds neither U+0000 nor half a pair. */
const character = fc.oneof(
  fc.constantFrom('"', '\\', '/', '\u2028', '\u2029', '\ufeff', '\u007f', '\u0085', '😀', '{', ',', "'", '%'),
  fc.integer({ min: 1, max: 0x1f }).map((code) => String.fromCharCode(code)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const text = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: character }) },
  { weight: 1, arbitrary: character.map((one) => one.repeat(20_000)) },
);
const textOrNull = fc.option(text);
const time = fc
  .oneof(
    fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    }),
    fc.nat({ max: 100_000_000 }).map((minutes) => new Date(minutes * 60_000)),
  )
  .map((date) => date.toISOString());
const json = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), {
  maxKeys: 3,
});

const record: fc.Arbitrary<SessionRecord> = fc.record({
  projectId: fc.constant(projectId),
  id: fc.uuid(),
  name: textOrNull,
  description: textOrNull,
  status: fc.constantFrom('active', 'closed'),
  source: fc.constantFrom('api', 'github'),
  sessionType: fc.constantFrom('chat', 'meeting'),
  contactId: textOrNull,
  userMetadata: json,
  customFields: json,
  tags: fc.subarray<SessionTag>([...SESSION_TAGS]),
  linkedEntities: fc.constantFrom({}, { companies: ['"', 'two'] }),
  pageUrl: textOrNull,
  pageTitle: textOrNull,
  external: fc.option(fc.record({ source: text, id: text })),
  messageCount: fc.nat({ max: 2 ** 31 - 1 }),
  messagesHash: fc.constant(null),
  analysisStatus: fc.constantFrom('pending', 'analyzed'),
  isArchived: fc.boolean(),
  isHumanTakeover: fc.boolean(),
  firstMessageAt: fc.option(time),
  lastActivityAt: time,
  createdAt: time,
  updatedAt: time,
  version: fc.nat(),
  fieldVersions: fc.constant({}),
});

/** A row by the names of its columns. */
function rowOf(given: SessionRecord): Record<string, unknown> {
  const { external } = given;
  return {
    ...sessionView(given),
    id: given.id,
    project_id: given.projectId,
    external_source: external?.source,
    external_id: external?.id,
  };
}

describe('the JSON of a listed session', () => {
  let own: OwnDatabase;
  beforeAll(async () => {
    own = await openDatabase();
  });
  afterAll(() => own.close());

  /** What is listed of rows that are made of JSON as if they were stored. */
  async function listed(rows: object[]): Promise<unknown[]> {
    const read = await own.database.query<ListedRow>(
      `SELECT ${LISTED_SELECT} FROM json_populate_recordset(NULL::sessions, $1) AS sessions`,
      [JSON.stringify(rows)],
    );
    return listedSessions(read.rows, projectId).map((session) => JSON.parse(session.json) as unknown);
  }

  it('says of every session what its outside form says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 5 }), async (records) => {
        const views = JSON.parse(JSON.stringify(records.map(sessionView))) as unknown[];
        expect(await listed(records.map(rowOf))).toEqual(views);
      }),
    );
  });

  it('has the fields in the order of the outside form', async () => {
    const [any] = fc.sample(record, 1) as [SessionRecord];
    const [json] = (await listed([rowOf(any)])) as [object];
    expect(Object.keys(json)).toEqual(Object.keys(sessionView(any)));
  });

  it('shows words of other systems as they wrote them', async () => {
    const [any] = fc.sample(record, 1) as [SessionRecord];
    const words = { tags: ['a b', 'c\\d', '"', '\u001f'], status: 'a "b"', analysis_status: '\\' };
    expect(await listed([{ ...rowOf(any), ...words }])).toMatchObject([words]);
  });
});
