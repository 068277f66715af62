import type { SearchDocument } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { wordsInTurns } from '../text/words-in-turns';

/** A waiting session in the state that it had at a change. */
export interface PendingSession {
  change: string;
  document: Omit<SearchDocument, 'messages'>;
  words: SessionWords;
  /** Of its text, as Postgres counts them. */
  bytes: number;
}

/** Prepares a session to be searched. */
export async function pendingSession(
  change: string,
  { messages, ...document }: SearchDocument,
): Promise<PendingSession> {
  const texts = [document.name, document.description, ...messages];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return { change, document, words: await wordsInTurns(texts), bytes };
}
