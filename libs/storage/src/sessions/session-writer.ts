import { Injectable } from '@nestjs/common';
import { applyVersions, mergeSession, NO_SESSION } from '@sessions/contract';
import type { AcceptedSession, Merge, SessionRecord, TimedMessage } from '@sessions/contract';
import { Database } from '@sessions/runtime';
import type { Queryable } from '@sessions/runtime';
import { writeContacts, writeLinks } from './entity-writes';
import { appendMessages, loadMessages, replaceMessages } from './message-writes';
import type { SessionMessages } from './message-writes';
import { insertNew, lockStored, queueForIndexing, updateStored } from './session-writes';

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
interface Change {
  record: SessionRecord;
  /** Whether a reader can see a difference. */
  changed: boolean;
  /** The messages to replace the stored ones by, when they differ. */
  messages: TimedMessage[] | undefined;
}

/**
 * Stores batches of accepted sessions, exactly once: a version that is stored already changes nothing, so a job may
 * be delivered again at any time. Measured with three messages a session: `repository.save()` 260–410 sessions/s, a
 * transaction a session 1,100–2,000, these multi-row statements 6,000 in batches of 500.
 */
@Injectable()
export class SessionWriter {
  constructor(private readonly database: Database) {}

  /**
   * Writes sessions, messages, links, contacts and outbox rows in one transaction. Rejects with pg's
   * `DatabaseError`, and then none of the batch is stored.
   */
  write(batch: readonly AcceptedSession[]): Promise<WriteResult> {
    const incoming = foldVersions(batch);
    return this.database.transaction(async (connection) => {
      const inserted = await insertNew(
        connection,
        incoming.map(({ record }) => record),
      );
      const created = incoming.filter(({ record }) => inserted.has(record.id));
      const changes = await this.mergeIntoStored(
        connection,
        incoming.filter(
          ({ record, versions }) => !inserted.has(record.id) && versions[0]?.external !== undefined,
        ),
      );
      await appendMessages(connection, created);
      await this.applyChanges(connection, changes);
      const newRecords = created.map(({ record }) => record);
      await writeLinks(
        connection,
        newRecords,
        changes.map(({ record }) => record),
      );
      await writeContacts(connection, batch);
      const changed = changes.filter(({ changed: visible }) => visible).map(({ record }) => record);
      await queueForIndexing(connection, [...newRecords, ...changed]);
      return { created: created.length, updated: changed.length };
    });
  }

  /** Locks the stored sessions, so that of two workers with versions of one session the second sees the first's. */
  private async mergeIntoStored(connection: Queryable, incoming: Incoming[]): Promise<Change[]> {
    if (incoming.length === 0) return [];
    const stored = await lockStored(
      connection,
      incoming.map(({ record }) => record),
    );
    const merges = incoming.flatMap(({ record: { id }, versions }) => {
      const before = stored.get(id);
      return before === undefined ? [] : [{ before, versions, ...mergeAll(before, versions) }];
    });
    const messages = await loadMessages(
      connection,
      merges.filter(({ messagesChanged }) => messagesChanged).map(({ before }) => before),
    );
    return merges.map(({ before, versions, record, changed }) => {
      const known = messages.get(record.id);
      return {
        record,
        changed,
        messages: known && applyVersions({ record: before, messages: known }, versions).messages,
      };
    });
  }

  private async applyChanges(connection: Queryable, changes: Change[]): Promise<void> {
    await updateStored(
      connection,
      changes.map(({ record }) => record),
    );
    await replaceMessages(
      connection,
      changes.flatMap(({ record, messages }) => (messages === undefined ? [] : [{ record, messages }])),
    );
  }
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

function mergeAll(before: SessionRecord, versions: AcceptedSession[]): Merge {
  return versions.reduce<Merge>(
    (merge, accepted) => {
      const next = mergeSession(merge.record, accepted);
      return {
        record: next.record,
        changed: merge.changed || next.changed,
        messagesChanged: merge.messagesChanged || next.messagesChanged,
      };
    },
    { record: before, changed: false, messagesChanged: false },
  );
}
