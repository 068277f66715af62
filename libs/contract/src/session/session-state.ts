import type { AcceptedSession } from './accepted-session';
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
    const messages = messagesChanged
      ? timeMessages(accepted.messages ?? [], versionTime(accepted.version), before.messages)
      : before.messages;
    return { record, messages };
  }, state);
}
