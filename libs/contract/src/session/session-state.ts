import type { AcceptedMessage, AcceptedSession } from './accepted-session';
import { versionTime } from './accepted-session';
import { mergeSession } from './session-record';
import type { SessionRecord } from './session-record';
import { timeMessages } from './session-view';
import type { TimedMessage } from './session-view';

/** A session with its messages; no record where there is no session yet. */
export interface SessionState {
  record: SessionRecord | null;
  messages: TimedMessage[];
}

/** What a session is before its first version. */
export const NO_SESSION: SessionState = { record: null, messages: [] };

/** Applies accepted versions, oldest first, to a session, messages included. */
export function applyVersions(state: SessionState, versions: readonly AcceptedSession[]): SessionState {
  return versions.reduce((before, accepted) => {
    const { record, messagesChanged } = mergeSession(before.record, accepted);
    if (!messagesChanged) return { record, messages: before.messages };
    const given = accepted.messages ?? [];
    // Of a first version it is there already, and writing out a time takes as long as all else that is done here.
    if (before.record === null) return { record, messages: timeMessages(given, record.createdAt) };
    const messages = timeMessages(given, versionTime(accepted.version), before.messages);
    return { record: { ...record, firstMessageAt: firstTime(given) ?? firstTime(messages) }, messages };
  }, state);
}

/** The earliest of the times that messages have; null where none has one. */
function firstTime(messages: readonly AcceptedMessage[]): string | null {
  let first: string | null = null;
  for (const { createdAt } of messages) {
    if (createdAt !== undefined && (first === null || createdAt < first)) first = createdAt;
  }
  return first;
}
