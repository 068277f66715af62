import type { AcceptedSession } from '@sessions/contract';
import type { Configuration } from '@sessions/runtime';

/** Characters of sessions that one transaction stores, about. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** What sessions weigh: their number, and their characters, about. */
export function weightOf(sessions: readonly AcceptedSession[]): [number, number] {
  let characters = 0;
  for (const { messages = [] } of sessions) {
    characters += 500;
    for (const { content } of messages) characters += content.length;
  }
  return [sessions.length, characters];
}

/** The most that one transaction stores, by the measures of `weightOf`. */
export function transactionLimit({
  PERSIST_BATCH_SESSIONS,
}: Pick<Configuration, 'PERSIST_BATCH_SESSIONS'>): [number, number] {
  return [PERSIST_BATCH_SESSIONS, MAX_CHARACTERS];
}
