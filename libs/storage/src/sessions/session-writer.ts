import { Injectable } from '@nestjs/common';
import { applyVersions, mergeSession, NO_SESSION } from '@sessions/contract';
import type { AcceptedSession, Merge, SessionRecord, TimedMessage } from '@sessions/contract';
import { Database, isUniqueViolation } from '@sessions/runtime';
import type { Queryable } from '@sessions/runtime';
import { writeContacts, writeLinks } from './link-and-contact-writes';
import { appendMessages, loadMessages, replaceMessages } from './message-writes';
import type { SessionMessages } from './message-writes';
import {
  copyForIndexing,
  copyNew,
  insertNew,
  lockStored,
  queueForIndexing,
  updateStored,
  updateVersions,
} from './session-writes';

/** How many sessions a write made, and how many it changed. The rest was there already. */
export interface WriteResult {
  created: number;
  updated: number;
}

/** One session of a batch: its versions, oldest first, and what they make if nothing is stored yet. */
interface Incoming extends SessionMessages {
  versions: AcceptedSession[];
}

/** A stored session to which the versions of a batch were applied. */
interface Change extends Pick<Merge, 'record' | 'changed' | 'versionsChanged'> {
  /** The messages to replace the stored ones by, when they differ. */
  messages: TimedMessage[] | undefined;
}

/**
 * Stores batches of accepted sessions, exactly once: a version that is stored already changes nothing, so a job may
 * be delivered again at any time.
 *
 * New sessions are *copied*: COPY writes many rows at a time into a table and its indexes, but cannot skip one that is
 * there. Sessions without an external record are taken for new, since their ids are random, or made from a key and what
 * was sent with it; when one of them is stored nevertheless, since its job is delivered again or its key was, the
 * transaction is repeated with statements that look.
 *
 * Measured on the server with three messages a session, in sessions/s: `INSERT … SELECT FROM unnest` 11,200 in batches
 * of 500 and 12,500 of 2,000; COPY into an unlogged table and `INSERT … SELECT … ON CONFLICT` from there 10,900; the
 * same for `sessions` only 23,000; COPY 26,300. `repository.save()` made 260–410.
 */
@Injectable()
export class SessionWriter {
  constructor(private readonly database: Database) {}

  /**
   * Writes sessions, messages, links, contacts and outbox rows in one transaction.
   *
   * @throws ConnectError, or pg's `DatabaseError`; then none of the batch is stored
   */
  async write(batch: readonly AcceptedSession[]): Promise<WriteResult> {
    const incoming = foldVersions(batch);
    try {
      return await this.store(batch, incoming, ({ versions }) => versions[0]?.external === undefined);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return this.store(batch, incoming, () => false);
    }
  }

  /** @param isNew whether a session is taken for one that is not stored, without looking */
  private store(
    batch: readonly AcceptedSession[],
    incoming: readonly Incoming[],
    isNew: (session: Incoming) => boolean,
  ): Promise<WriteResult> {
    return this.database.transaction(async (connection) => {
      const copied = incoming.filter(isNew);
      const others = incoming.filter((session) => !isNew(session));
      await copyNew(connection, recordsOf(copied));
      const inserted = await insertNew(connection, recordsOf(others));
      const changes = await this.mergeIntoStored(
        connection,
        others.filter(({ record }) => record.external !== null && !inserted.has(record.id)),
      );
      const lookedAt = others.filter(({ record }) => inserted.has(record.id));
      const created = [...copied, ...lookedAt];
      await appendMessages(connection, created);
      const changed = changes.filter(({ changed: visible }) => visible);
      await updateStored(connection, recordsOf(changed));
      await updateVersions(connection, recordsOf(changes.filter(differsInVersionsOnly)));
      await replaceMessages(connection, changed.flatMap(withNewMessages));
      await writeLinks(connection, recordsOf(created), recordsOf(changed));
      await writeContacts(connection, batch);
      await copyForIndexing(connection, recordsOf(copied));
      await queueForIndexing(connection, recordsOf([...lookedAt, ...changed]), inserted);
      return { created: created.length, updated: changed.length };
    });
  }

  /** Locks the stored sessions, so that of two workers with versions of one session the second sees the first's. */
  private async mergeIntoStored(connection: Queryable, incoming: Incoming[]): Promise<Change[]> {
    if (incoming.length === 0) return [];
    const stored = await lockStored(connection, recordsOf(incoming));
    const merges = incoming.flatMap(({ record: { id }, versions }) => {
      const before = stored.get(id);
      return before === undefined ? [] : [{ before, versions, ...mergeAll(before, versions) }];
    });
    const messages = await loadMessages(connection, merges.filter(takesTimesOver));
    return merges.map(({ before, versions, messagesChanged, ...change }) => {
      if (!messagesChanged) return { ...change, messages: undefined };
      const state = { record: before, messages: messages.get(before.id) ?? [] };
      return { ...change, ...(applyVersions(state, versions) as SessionMessages) };
    });
  }
}

/** Whether new messages may have the times of stored ones, which only those need that come without. */
function takesTimesOver({ messagesChanged, versions }: Merge & { versions: AcceptedSession[] }): boolean {
  return (
    messagesChanged &&
    versions.some(({ messages = [] }) => messages.some(({ createdAt }) => createdAt === undefined))
  );
}

function differsInVersionsOnly({ changed, versionsChanged }: Change): boolean {
  return versionsChanged && !changed;
}

function withNewMessages({ record, messages }: Change): SessionMessages[] {
  return messages === undefined ? [] : [{ record, messages }];
}

/** One entry a session, ordered by id so that concurrent batches lock rows in one order. */
function foldVersions(batch: readonly AcceptedSession[]): Incoming[] {
  const byId = new Map<string, AcceptedSession[]>();
  for (const accepted of batch) {
    const versions = byId.get(accepted.id);
    if (versions === undefined) byId.set(accepted.id, [accepted]);
    else versions.push(accepted);
  }
  const incoming = [...byId.values()].map((versions) => {
    versions.sort((left, right) => left.version - right.version);
    const { record, messages } = applyVersions(NO_SESSION, versions);
    return { versions, record: record as SessionRecord, messages };
  });
  return incoming.sort((left, right) => (left.record.id < right.record.id ? -1 : 1));
}

function recordsOf(sessions: readonly { record: SessionRecord }[]): SessionRecord[] {
  return sessions.map(({ record }) => record);
}

function mergeAll(before: SessionRecord, versions: AcceptedSession[]): Merge {
  return versions.reduce<Merge>(
    (merge, accepted) => {
      const next = mergeSession(merge.record, accepted);
      return {
        record: next.record,
        changed: merge.changed || next.changed,
        messagesChanged: merge.messagesChanged || next.messagesChanged,
        versionsChanged: merge.versionsChanged || next.versionsChanged,
      };
    },
    { record: before, changed: false, messagesChanged: false, versionsChanged: false },
  );
}
