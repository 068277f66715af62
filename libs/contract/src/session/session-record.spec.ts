import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { SESSION_SOURCES, SESSION_TAGS, SESSION_TYPES } from '../enums';
import { newUuid } from '../ids';
import type { AcceptedMessage, AcceptedSession, SessionFields } from './accepted-session';
import { versionTime } from './accepted-session';
import { mergeSession } from './session-record';
import type { Merge, SessionRecord } from './session-record';
import { applyVersions, NO_SESSION } from './session-state';

const [projectId, id] = [newUuid(), newUuid()];
const T0 = Date.parse('2026-01-01T00:00:00.000Z');

/** A version that was accepted so many seconds after the first moment. */
function version(
  seconds: number,
  fields: Partial<SessionFields>,
  messages?: AcceptedMessage[],
): AcceptedSession {
  return {
    projectId,
    id,
    version: (T0 + seconds * 1000) * 1000,
    fields,
    external: { source: 'zendesk', id: '1' },
    ...(messages && { messages, messagesHash: JSON.stringify(messages) }),
  };
}

/** What a reader sees of one session, with its messages. */
interface Seen {
  record: SessionRecord;
  messages: AcceptedMessage[];
  merges: Merge[];
}

function applyAll(versions: AcceptedSession[], before?: Seen): Seen {
  let record = before?.record ?? null;
  let messages = before?.messages ?? [];
  const merges = versions.map((accepted) => {
    const merge = mergeSession(record, accepted);
    record = merge.record;
    if (merge.messagesChanged) messages = accepted.messages ?? [];
    return merge;
  });
  return { record: record as unknown as SessionRecord, messages, merges };
}

const message = fc.record(
  {
    role: fc.constantFrom('user' as const, 'assistant' as const),
    senderType: fc.constantFrom('user' as const, 'ai' as const),
    content: fc.constantFrom('a', 'b'),
    createdAt: fc.constantFrom('2025-12-31T00:00:00.000Z', '2026-03-01T00:00:00.000Z'),
  },
  { requiredKeys: ['role', 'senderType', 'content'] },
);
const fields: fc.Arbitrary<Partial<SessionFields>> = fc.record(
  {
    name: fc.constantFrom(null, 'x', 'y'),
    status: fc.constantFrom('active' as const, 'closed' as const),
    source: fc.constantFrom(...SESSION_SOURCES),
    sessionType: fc.constantFrom(...SESSION_TYPES),
    userMetadata: fc.constantFrom({}, { a: 1, b: [1] }, { b: [1], a: 1 }),
    tags: fc.subarray([...SESSION_TAGS]),
    linkedEntities: fc.constantFrom({}, { companies: ['c'] }),
  },
  { requiredKeys: [] },
);
const versions = fc
  .uniqueArray(fc.nat(20), { minLength: 1, maxLength: 5 })
  .chain((times) =>
    fc.tuple(
      ...times.map((seconds) =>
        fc
          .tuple(fields, fc.option(fc.array(message, { maxLength: 2 }), { nil: undefined }))
          .map(([given, messages]) => version(seconds, given, messages)),
      ),
    ),
  );
const inTwoOrders = versions.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
);

describe('mergeSession', () => {
  it('comes to the same content whatever the order in which versions arrive', () => {
    fc.assert(
      fc.property(inTwoOrders, ([left, right]) => {
        const [one, other] = [applyAll(left), applyAll(right)];
        // Times say when something was taken in, which is another matter than what was; see below for the first message's.
        const { firstMessageAt, lastActivityAt, updatedAt } = one.record;
        expect({ ...other.record, firstMessageAt, lastActivityAt, updatedAt }).toEqual(one.record);
        expect(other.messages).toEqual(one.messages);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps of every field, and of the messages, the newest value that was given', () => {
    fc.assert(
      fc.property(versions, (list) => {
        const { record, messages } = applyAll(list);
        const newestFirst = [...list].sort((left, right) => right.version - left.version);
        for (const field of ['name', 'status', 'tags', 'userMetadata'] as const) {
          const given = newestFirst.find((accepted) => accepted.fields[field] !== undefined);
          if (given !== undefined) expect(record[field]).toEqual(given.fields[field]);
        }
        expect(messages).toEqual(
          newestFirst.find((accepted) => accepted.messages !== undefined)?.messages ?? [],
        );
        expect(record.messageCount).toBe(messages.length);
        expect(record.version).toBe(newestFirst[0]?.version);
        expect(record.createdAt).toBe(versionTime(newestFirst.at(-1)?.version ?? 0));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing when a version comes again', () => {
    fc.assert(
      fc.property(inTwoOrders, ([list, again]) => {
        const before = applyAll(list);
        const after = applyAll(again, before);
        expect(after.record).toEqual(before.record);
        expect(after.merges.some(({ changed, messagesChanged }) => changed || messagesChanged)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('says whether the versions differ, without which nothing at all does', () => {
    fc.assert(
      fc.property(versions, versions, (list, others) => {
        const before = applyAll(list).record;
        for (const accepted of [...list, ...others]) {
          const { record, changed, versionsChanged } = mergeSession(before, accepted);
          const { version, fieldVersions } = before;
          expect(versionsChanged).toBe(
            !isDeepStrictEqual([record.version, record.fieldVersions], [version, fieldVersions]),
          );
          if (!changed) expect({ ...record, version, fieldVersions }).toEqual(before);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has the time of the first message be one that messages came with, else one that they are shown with', () => {
    fc.assert(
      fc.property(inTwoOrders, ([, list]) => {
        const { record, messages } = applyVersions(NO_SESSION, list);
        const newestFirst = [...list].sort((left, right) => right.version - left.version);
        const given = newestFirst.find((accepted) => accepted.messages !== undefined)?.messages ?? [];
        const theirs = given.flatMap(({ createdAt }) => createdAt ?? []);
        const shown = messages.map(({ createdAt }) => createdAt);
        expect(record?.firstMessageAt).toBe((theirs.length > 0 ? theirs : shown).sort()[0] ?? null);
      }),
      { numRuns: 1000 },
    );
  });

  it('moves updated_at, and only forward, exactly when something changed', () => {
    fc.assert(
      fc.property(versions, (list) => {
        let before: SessionRecord | null = null;
        for (const accepted of list) {
          const { record, changed }: Merge = mergeSession(before, accepted);
          const earlier: string = before?.updatedAt ?? '';
          const acceptedAt = versionTime(accepted.version);
          expect(record.updatedAt).toBe(changed && acceptedAt > earlier ? acceptedAt : earlier);
          before = record;
        }
      }),
    );
  });

  it('fills in the documented defaults', () => {
    expect(mergeSession(null, version(0, {})).record).toMatchObject({
      name: null,
      description: null,
      status: 'active',
      source: 'api',
      sessionType: 'chat',
      contactId: null,
      userMetadata: {},
      customFields: {},
      tags: [],
      linkedEntities: {},
      pageUrl: null,
      pageTitle: null,
      messageCount: 0,
      analysisStatus: 'pending',
      isArchived: false,
      isHumanTakeover: false,
      firstMessageAt: null,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      lastActivityAt: '2026-01-01T00:00:00.000Z',
      external: { source: 'zendesk', id: '1' },
    });
  });

  it.each([
    ['gong', 'meeting'],
    ['fathom', 'meeting'],
    ['posthog', 'behavioral'],
    ['zendesk', 'chat'],
  ] as const)('takes the type of a session from %s to be %s, unless one was given', (source, type) => {
    expect(mergeSession(null, version(0, { source })).record.sessionType).toBe(type);
    expect(mergeSession(null, version(0, { source, sessionType: 'chat' })).record.sessionType).toBe('chat');
    const later = applyAll([version(0, {}), version(1, { source })]);
    expect(later.record.sessionType).toBe(type);
  });

  it('does not take metadata in another order of keys for a change', () => {
    const { merges } = applyAll([
      version(0, { userMetadata: { a: 1, b: { c: [1, 2], d: null } } }),
      version(1, { userMetadata: { b: { d: null, c: [1, 2] }, a: 1 } }),
      version(2, { userMetadata: { b: { d: null, c: [2, 1] }, a: 1 } }),
    ]);
    expect(merges.map(({ changed }) => changed)).toEqual([true, false, true]);
  });

  it('takes an earlier time of creation for a change, since it is seen', () => {
    const { merges } = applyAll([version(9, { name: 'x' }), version(0, {}), version(5, {})]);
    expect(merges.map(({ changed }) => changed)).toEqual([true, true, false]);
  });

  const said = (createdAt?: string): AcceptedMessage => ({
    role: 'user',
    senderType: 'user',
    content: 'x',
    ...(createdAt === undefined ? {} : { createdAt }),
  });
  const [early, late] = ['2025-12-31T10:00:00.000Z', '2026-02-01T10:00:00.000Z'];
  const [at0, at9] = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:09.000Z'];

  it.each<[string, AcceptedSession[], string | null, string]>([
    ['no messages', [version(0, {})], null, at0],
    ['messages without times', [version(0, {}, [said(), said()])], at0, at0],
    ['messages with times, in any order', [version(0, {}, [said(late), said(early)])], early, late],
    ['some messages with times', [version(0, {}, [said(), said(early), said()])], early, early],
    ['messages taken away', [version(0, {}, [said(early)]), version(9, {}, [])], null, at9],
    ['messages that came later', [version(0, {}), version(9, {}, [said()])], at9, at9],
    ['messages that grew', [version(0, {}, [said()]), version(9, {}, [said(), said()])], at0, at9],
    ['the same messages again', [version(0, {}, [said()]), version(9, {}, [said()])], at0, at0],
    ['fields alone, twice', [version(0, {}), version(9, { name: 'x' })], null, at0],
    ['fields alone, the older last', [version(9, { name: 'x' }), version(0, {})], null, at0],
    ['an older version without messages', [version(9, {}, [said()]), version(0, {})], at9, at9],
  ])('takes first message and last activity from %s', (_what, list, first, last) => {
    const { record } = applyAll(list);
    expect([record.firstMessageAt, record.lastActivityAt]).toEqual([first, last]);
  });
});
