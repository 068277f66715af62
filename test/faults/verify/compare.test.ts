import { makeBody } from '../load/bodies';
import { Ledger } from '../load/ledger';
import type { Write } from '../load/ledger';
import { Random } from '../../support/random';
import { compare } from './compare';
import type { Snapshot, StoredSession } from './snapshot';

const RECORD = { external_source: 'zendesk', external_id: '1' };
const CLEAN = { lost: 0, doubled: 0, outOfOrder: 0, wrong: 0, findings: [] };

/** A write that was sent from `begun` to `ended`. */
function sent(
  ledger: Ledger,
  word: string,
  [begun, ended, acknowledged]: [number, number, boolean],
  record = false,
): Write {
  const body = makeBody(new Random(1), word, 'shared', 3, record ? RECORD : undefined);
  const write = ledger.add({
    word,
    kind: record ? 'record' : 'plain',
    body,
    ...(record ? { record: 'zendesk/1' } : {}),
  });
  write.attempts.push({ begun, ended, acknowledged });
  if (acknowledged) write.ids.add(record ? 'sess_record' : `sess_${word}`);
  return write;
}

/** What a faithful product stores of a write. */
function stored({ word, body, record }: Write, change: Partial<StoredSession> = {}): StoredSession {
  const { messages, ...fields } = body;
  return {
    external_source: null,
    external_id: null,
    ...fields,
    id: record === undefined ? `sess_${word}` : 'sess_record',
    contact_id: fields.contact_email.toLowerCase(),
    message_count: messages.length,
    messages: messages.map((message, position) => ({
      position,
      role: message.role,
      sender_type: message.sender_type ?? (message.role === 'user' ? 'user' : 'ai'),
      content: message.content,
      created_at: Date.parse(message.created_at ?? '2026-01-01'),
    })),
    ...change,
  };
}

function snapshot(...sessions: StoredSession[]): Snapshot {
  const emails = new Set(sessions.map(({ contact_id: id }) => id ?? ''));
  return { sessions, contacts: [...emails].map((email) => ({ id: email, email })), deadLetters: [] };
}

describe('the comparison of what was acknowledged with what is stored', () => {
  let ledger: Ledger;

  beforeEach(() => {
    ledger = new Ledger();
  });

  it('finds nothing where all is as it was sent, whether what was not acknowledged is there or not', () => {
    const [first, second] = [sent(ledger, 'first', [1, 2, true]), sent(ledger, 'second', [1, 2, false])];
    expect(compare(ledger, snapshot(stored(first)))).toEqual(CLEAN);
    expect(compare(ledger, snapshot(stored(first), stored(second)))).toEqual(CLEAN);
  });

  it('finds what was acknowledged and is not there, or only under another id', () => {
    const write = sent(ledger, 'first', [1, 2, true]);
    expect(compare(ledger, snapshot())).toMatchObject({ lost: 1 });
    expect(compare(ledger, snapshot(stored(write, { id: 'sess_other' })))).toMatchObject({ lost: 1 });
  });

  it('finds a write that is there twice, acknowledged or not', () => {
    const write = sent(ledger, 'first', [1, 2, false]);
    const twice = snapshot(stored(write), stored(write, { id: 'sess_other' }));
    expect(compare(ledger, twice)).toMatchObject({ doubled: 1 });
  });

  it('finds messages in another order, and messages that differ', () => {
    const write = sent(ledger, 'first', [1, 2, true]);
    const { messages } = stored(write);
    const reversed = snapshot(stored(write, { messages: messages.toReversed() }));
    expect(compare(ledger, reversed)).toMatchObject({ outOfOrder: 1, wrong: 0 });
    const shorter = snapshot(stored(write, { messages: messages.slice(1) }));
    expect(compare(ledger, shorter)).toMatchObject({ outOfOrder: 0, wrong: 1 });
  });

  it.each([
    ['a field', { page_title: 'Another' }],
    ['a number inside of metadata', { user_metadata: { plan: 'free', seats: '1' } }],
    ['the contact', { contact_id: 'nobody' }],
    ['the write itself', { custom_fields: { write: 'unheard of' } }],
  ])('finds that %s differs', (_what, change) => {
    const write = sent(ledger, 'first', [1, 2, true]);
    expect(compare(ledger, snapshot(stored(write, change))).wrong).toBeGreaterThan(0);
  });

  it('finds a record at a version that an acknowledged one should have replaced', () => {
    const [older, newer] = [
      sent(ledger, 'older', [1, 2, true], true),
      sent(ledger, 'newer', [3, 4, true], true),
    ];
    expect(compare(ledger, snapshot(stored(newer)))).toEqual(CLEAN);
    expect(compare(ledger, snapshot(stored(older)))).toMatchObject({ lost: 1 });
  });

  it('lets either of two versions win that were sent at the same time, and a later one that nobody acknowledged', () => {
    const writes = [
      sent(ledger, 'one', [1, 5, true], true),
      sent(ledger, 'other', [3, 4, true], true),
      sent(ledger, 'unanswered', [6, 7, false], true),
    ];
    for (const write of writes) expect(compare(ledger, snapshot(stored(write)))).toEqual(CLEAN);
  });
});
