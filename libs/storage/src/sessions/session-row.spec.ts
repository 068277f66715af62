import { mergeSession, newUuid } from '@sessions/contract';
import type { SessionRecord } from '@sessions/contract';
import { messageOf, READ_COLUMNS, recordOf, WRITTEN_COLUMNS } from './session-row';
import type { SessionRow } from './session-row';

/** What the driver reads back of what was written into a column of that type. */
function readBack(type: string, value: unknown): unknown {
  if (value === null) return null;
  if (type === 'jsonb') return JSON.parse(value as string) as unknown;
  if (type === 'timestamptz') return new Date(value as string);
  if (type === 'bigint') return (value as number).toFixed(0);
  if (type === 'text[]') return (value as string).slice(1, -1).split(',').filter(Boolean);
  return value;
}

function stored(record: SessionRecord): SessionRow {
  const written = WRITTEN_COLUMNS.map((column) => [column.name, readBack(column.type, column.value(record))]);
  const {
    analysisStatus: analysis_status,
    isArchived: is_archived,
    isHumanTakeover: is_human_takeover,
  } = record;
  return { ...Object.fromEntries(written), analysis_status, is_archived, is_human_takeover } as SessionRow;
}

const { record } = mergeSession(null, {
  projectId: newUuid(),
  id: newUuid(),
  version: 1_768_473_000_000_123,
  fields: {
    name: 'Login',
    source: 'zendesk',
    contactId: 'cont_1',
    userMetadata: { email: 'a@b', nested: [null, 1.5, true] },
    customFields: { '': 'x' },
    tags: ['bug', 'wins'],
    linkedEntities: { companies: ['c'] },
    pageUrl: 'https://x',
  },
  messages: [{ role: 'user', senderType: 'user', content: 'x', createdAt: '2026-01-15T10:30:00.123Z' }],
  messagesHash: 'hash',
  external: { source: 'zendesk', id: '4821' },
});

describe('a row of sessions', () => {
  it('gives back the record that was written', () => {
    expect(recordOf(stored(record))).toEqual(record);
  });

  it('gives back a record with nothing in it', () => {
    const { record: empty } = mergeSession(null, {
      projectId: newUuid(),
      id: newUuid(),
      version: 1000,
      fields: {},
    });
    expect(recordOf(stored(empty))).toEqual({ ...empty, fieldVersions: {} });
  });

  it('keeps versions of fields only of external records, which alone can come again', () => {
    const column = WRITTEN_COLUMNS.find(({ name }) => name === 'field_versions');
    expect(column?.value(record)).not.toBeNull();
    expect(column?.value({ ...record, external: null })).toBeNull();
  });

  it('never writes what belongs to other systems, but reads it', () => {
    const theirs = ['analysis_status', 'is_archived', 'is_human_takeover'];
    expect(WRITTEN_COLUMNS.filter(({ name }) => theirs.includes(name))).toEqual([]);
    expect(READ_COLUMNS).toEqual(expect.arrayContaining(theirs));
    expect(recordOf({ ...stored(record), is_archived: true, analysis_status: 'analyzed' })).toMatchObject({
      isArchived: true,
      analysisStatus: 'analyzed',
    });
  });
});

describe('messageOf', () => {
  it('reads a message without the ids of its session', () => {
    const row = {
      session_id: newUuid(),
      position: 3,
      role: 'assistant',
      sender_type: 'human_agent',
      content: 'x',
      created_at: new Date('2026-01-15T10:30:00.000Z'),
    } as const;
    expect(messageOf(row)).toEqual({
      role: 'assistant',
      senderType: 'human_agent',
      content: 'x',
      createdAt: '2026-01-15T10:30:00.000Z',
    });
  });
});
