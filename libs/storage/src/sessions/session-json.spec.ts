import { newUuid, SESSION_TAGS, sessionView } from '@sessions/contract';
import type { SessionRecord, SessionTag } from '@sessions/contract';
import fc from 'fast-check';
import { isoTime, sessionJson } from './session-json';
import type { ListedRow } from './session-json';

/** How Postgres writes a time in UTC. */
const written = (iso: string | null) => iso && iso.replace('T', ' ').replace(/\.?0*Z$/, '+00');
const flag = (value: boolean) => (value ? 't' : 'f');

function rowOf(record: SessionRecord): ListedRow {
  return {
    id: record.id,
    project_id: record.projectId,
    name: record.name,
    description: record.description,
    status: record.status,
    source: record.source,
    session_type: record.sessionType,
    message_count: String(record.messageCount),
    analysis_status: record.analysisStatus,
    tags: `{${record.tags.join(',')}}`,
    custom_fields: JSON.stringify(record.customFields),
    user_metadata: JSON.stringify(record.userMetadata, null, 1),
    page_url: record.pageUrl,
    page_title: record.pageTitle,
    contact_id: record.contactId,
    linked_entities: JSON.stringify(record.linkedEntities),
    external_source: record.external?.source ?? null,
    external_id: record.external?.id ?? null,
    is_archived: flag(record.isArchived),
    is_human_takeover: flag(record.isHumanTakeover),
    first_message_at: written(record.firstMessageAt),
    last_activity_at: written(record.lastActivityAt) ?? '',
    created_at: written(record.createdAt) ?? '',
    updated_at: written(record.updatedAt) ?? '',
  };
}

const text = fc.option(fc.string({ unit: 'grapheme' }));
const time = fc
  .date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const json = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

const record: fc.Arbitrary<SessionRecord> = fc.record({
  projectId: fc.constant(newUuid()),
  id: fc.uuid({ version: 7 }),
  name: text,
  description: text,
  status: fc.constantFrom('active', 'closed'),
  source: fc.constantFrom('api', 'github'),
  sessionType: fc.constantFrom('chat', 'meeting'),
  contactId: text,
  userMetadata: json,
  customFields: json,
  tags: fc.subarray<SessionTag>([...SESSION_TAGS]),
  linkedEntities: fc.constantFrom({}, { companies: ['"', 'two'] }),
  pageUrl: text,
  pageTitle: text,
  external: fc.option(fc.record({ source: fc.string(), id: fc.string() })),
  messageCount: fc.nat(),
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

describe('sessionJson', () => {
  it('is the outside form of every session', () => {
    fc.assert(
      fc.property(record, (given) => {
        expect(JSON.parse(sessionJson(rowOf(given)))).toEqual(JSON.parse(JSON.stringify(sessionView(given))));
      }),
    );
  });

  it('writes tags that another system wrote in a way of its own', () => {
    const [any] = fc.sample(record.map(rowOf), 1);
    const row = { ...any, tags: '{"a b",c\\\\d}' } as ListedRow;
    expect(sessionJson(row)).toContain('"tags":["a b","c\\\\d"]');
  });
});

describe('isoTime', () => {
  it.each([
    ['2026-01-15 10:30:00.123+00', '2026-01-15T10:30:00.123Z'],
    ['2026-01-15 10:30:00+00', '2026-01-15T10:30:00.000Z'],
    ['2026-01-15 10:30:00.5+00', '2026-01-15T10:30:00.500Z'],
    ['2026-01-15 10:30:00.123999+00', '2026-01-15T10:30:00.123Z'],
    ['2026-01-15 16:00:00.123+05:30', '2026-01-15T10:30:00.123Z'],
  ])('of %s is %s', (server, iso) => expect(isoTime(server)).toBe(iso));
});
