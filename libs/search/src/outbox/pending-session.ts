import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SearchDocument } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { WordCollector } from '../text/matcher';

/** Characters tokenized before other requests get a turn. */
const CHARACTERS_PER_TURN = 256 * 1024;

/** A waiting session in the state that it had at a change. */
export interface PendingSession {
  change: string;
  document: Omit<SearchDocument, 'messages'>;
  words: SessionWords;
  /** Of its text, as Postgres counts them. */
  bytes: number;
}

/** Tokenizes a session in turns, so that a long transcript does not hold up other requests. */
export async function pendingSession(
  change: string,
  { messages, ...document }: SearchDocument,
): Promise<PendingSession> {
  const collector = new WordCollector();
  let bytes = 0;
  let turn = 0;
  for (const text of [document.name, document.description, ...messages]) {
    collector.add(text);
    bytes += Buffer.byteLength(text ?? '');
    turn += text?.length ?? 0;
    if (turn < CHARACTERS_PER_TURN) continue;
    turn = 0;
    await nextTurn();
  }
  return { change, document, words: collector.words(), bytes };
}
