import type { Ledger, Write } from '../load/ledger';
import { isAcknowledged } from '../load/ledger';
import { differenceOf } from './difference';
import type { Snapshot, StoredSession } from './snapshot';

/** What may be wrong with a stored session, or with one that is not there. */
export type Fault = 'lost' | 'doubled' | 'outOfOrder' | 'wrong';

/** How many of each there are, and what the first ones were. */
export interface Comparison extends Record<Fault, number> {
  findings: string[];
}

/**
 * How long after its client gave up a request may still be accepted: 5 s of a command without an answer, and 5 s of
 * its repetitions.
 */
const AFTERMATH_MS = 10_000;

/**
 * Compares what was acknowledged with what is stored, exactly:
 *
 * - *lost*: acknowledged, and not there under the id that was answered; of a record also: there in a version that an
 *   acknowledged one, sent after it was answered, should have replaced;
 * - *doubled*: one write, one key or one record in several sessions, or one address in several contacts;
 * - *out of order*: the right messages in another order;
 * - *wrong*: any other difference, and sessions that nobody sent.
 *
 * What was never acknowledged may be there or not.
 */
export function compare(ledger: Ledger, snapshot: Snapshot): Comparison {
  const comparison: Comparison = { lost: 0, doubled: 0, outOfOrder: 0, wrong: 0, findings: [] };
  const find = (fault: Fault, what: string): void => {
    comparison[fault] += 1;
    comparison.findings.push(`${fault}: ${what}`);
  };
  const byId = new Map(snapshot.sessions.map((session) => [session.id, session]));
  findLost(ledger, byId, find);
  findDoubled(ledger, snapshot, find);
  const contacts = new Map(snapshot.contacts.map(({ id, email }) => [id, email]));
  for (const session of snapshot.sessions) {
    const write = ledger.writes.get(wordOf(session));
    if (write === undefined) find('wrong', `${session.id} holds what nobody sent`);
    else {
      const difference = differenceOf(write.body, session, contacts.get(session.contact_id ?? ''));
      if (difference !== null) find(difference.fault, `${session.id}: ${difference.what}`);
    }
  }
  findStale(ledger, snapshot, find);
  for (const reason of snapshot.deadLetters) find('wrong', `a valid session is a dead letter: ${reason}`);
  for (const surprise of ledger.surprises) find('wrong', surprise);
  return comparison;
}

type Find = (fault: Fault, what: string) => void;

function findLost(ledger: Ledger, byId: ReadonlyMap<string, StoredSession>, find: Find): void {
  for (const { word, kind, ids } of ledger.acknowledged()) {
    for (const id of ids) {
      const stored = byId.get(id);
      if (stored === undefined) find('lost', `${kind} ${word} was acknowledged as ${id}, which is not there`);
      else if (kind !== 'record' && wordOf(stored) !== word)
        find('wrong', `${id} was answered for ${word} and holds ${wordOf(stored)}`);
    }
  }
}

function findDoubled(ledger: Ledger, { sessions, contacts }: Snapshot, find: Find): void {
  const once = (what: string, values: readonly string[]): void => {
    const seen = new Set<string>();
    for (const value of values) {
      if (seen.has(value)) find('doubled', `${what} ${value}`);
      seen.add(value);
    }
  };
  once('the write', sessions.map(wordOf));
  once('the record', sessions.filter(({ external_id: id }) => id !== null).map(recordOf));
  once(
    'the contact',
    contacts.map(({ email }) => email.toLowerCase()),
  );
  for (const { word, ids } of ledger.writes.values()) {
    if (ids.size > 1) find('doubled', `${word} was answered with ${[...ids].join(' and ')}`);
  }
}

/** A record may hold any version that no acknowledged one was sent after; see `Write` for what a version is. */
function findStale(ledger: Ledger, { sessions }: Snapshot, find: Find): void {
  const newest = new Map<string, { begun: number; word: string }>();
  for (const { record, word, attempts } of ledger.writes.values()) {
    for (const { begun, acknowledged } of attempts) {
      if (record === undefined || !acknowledged) continue;
      if (begun > (newest.get(record)?.begun ?? 0)) newest.set(record, { begun, word });
    }
  }
  for (const session of sessions) {
    const write = ledger.writes.get(wordOf(session));
    if (write?.record === undefined) continue;
    const { begun, word } = newest.get(write.record) ?? { begun: 0, word: '' };
    if (begun > lastEffect(write))
      find('lost', `${write.record} holds ${write.word}; ${word} was acknowledged after it`);
  }
}

/** The latest moment at which a write can have been accepted. */
function lastEffect({ attempts }: Write): number {
  return Math.max(...attempts.map(({ ended, acknowledged }) => ended + (acknowledged ? 0 : AFTERMATH_MS)));
}

function recordOf({ external_source: source, external_id: id }: StoredSession): string {
  return `${source}/${id}`;
}

function wordOf({ custom_fields: fields }: StoredSession): string {
  const { write } = fields as { write?: unknown };
  return typeof write === 'string' ? write : '';
}

/** How many writes were sent, and how many acknowledged. */
export function countWrites(ledger: Ledger): { attempted: number; acknowledged: number } {
  const writes = [...ledger.writes.values()].filter(({ attempts }) => attempts.length > 0);
  return { attempted: writes.length, acknowledged: writes.filter(isAcknowledged).length };
}
