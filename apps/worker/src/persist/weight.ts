import type { AcceptedSession } from '@sessions/contract';
import type { Configuration } from '@sessions/runtime';

/** Characters of sessions that one transaction stores, about. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** What things take in memory beside their texts, in characters: 4 MiB of shortest messages or values are many. */
const SESSION = 500;
const MESSAGE = 100;
const VALUE = 30;

/** What sessions weigh: their number, and their characters, about. */
export function weightOf(sessions: readonly AcceptedSession[]): [number, number] {
  let characters = 0;
  for (const { fields, messages = [] } of sessions) {
    characters += SESSION + fieldCharacters(fields) + MESSAGE * messages.length;
    for (const { content } of messages) characters += content.length;
  }
  return [sessions.length, characters];
}

/** Those of the fields that may be long. To write them out as JSON takes 0.4 µs a session, and this 0.02. */
function fieldCharacters(fields: AcceptedSession['fields']): number {
  return (
    charactersOf(fields.name) +
    charactersOf(fields.description) +
    charactersOf(fields.pageUrl) +
    charactersOf(fields.pageTitle) +
    charactersOf(fields.userMetadata) +
    charactersOf(fields.customFields) +
    charactersOf(fields.linkedEntities)
  );
}

/** By `for … in`, since `Object.keys` takes as long again. */
function charactersOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'string') return VALUE + value.length;
  if (typeof value !== 'object' || value === null) return VALUE;
  let characters = VALUE;
  if (Array.isArray(value)) for (const item of value) characters += charactersOf(item);
  else
    for (const key in value) characters += key.length + charactersOf((value as Record<string, unknown>)[key]);
  return characters;
}

/** The most that one transaction stores, by the measures of `weightOf`. */
export function transactionLimit({
  PERSIST_BATCH_SESSIONS,
}: Pick<Configuration, 'PERSIST_BATCH_SESSIONS'>): [number, number] {
  return [PERSIST_BATCH_SESSIONS, MAX_CHARACTERS];
}
