import { matches, wordTest } from '../text/matcher';
import { ownCopy } from '../text/own-copy';
import type { ParsedQuery } from '../text/query';
import type { PendingSession } from './pending-session';

/** Words that may be known beyond twice those in use before the unused ones are forgotten. */
const SPARE_WORDS = 10_000;

interface Entry {
  session: PendingSession;
  /** Numbers of its distinct words. */
  words: Uint32Array;
}

/**
 * The waiting sessions of one project by the numbers of their words. A word of a query is compared with every known word
 * once, not with the words of every session, which for 5,000 sessions took 40 ms a search. Lists of who holds a word
 * would be quicker still to search, but took 100 µs a session to keep while 2,000 a second came and went.
 */
export class PendingIndex {
  private readonly entries = new Map<string, Entry>();
  private numbers = new Map<string, number>();
  private maxWords = SPARE_WORDS;
  private allBytes = 0;

  /** Bytes of the text of all sessions. */
  get bytes(): number {
    return this.allBytes;
  }

  get(sessionId: string): PendingSession | undefined {
    return this.entries.get(sessionId)?.session;
  }

  /** Adds a session, in the place of its earlier state if there is one. */
  add(session: PendingSession): void {
    this.remove(session.document.sessionId);
    this.entries.set(session.document.sessionId, { session, words: this.numbersOf(session) });
    this.allBytes += session.bytes;
    if (this.numbers.size > this.maxWords) this.forgetUnusedWords();
  }

  /** Forgets all sessions but these. */
  retain(sessionIds: { has(sessionId: string): boolean }): void {
    for (const sessionId of this.entries.keys()) if (!sessionIds.has(sessionId)) this.remove(sessionId);
  }

  /** The sessions that match, in no particular order. */
  matching(query: ParsedQuery): PendingSession[] {
    const last = query.words.length - 1;
    const asked = query.words.map((word, at) => this.wordsFor(word, query.lastIsPrefix && at === last));
    const found: PendingSession[] = [];
    for (const { session, words } of this.entries.values()) {
      const mayMatch = asked.every((isAsked) => words.some((number) => isAsked[number] === 1));
      if (mayMatch && matches(query, session.words)) found.push(session);
    }
    return found;
  }

  /** 1 at the number of each word that the word of a query may stand for. */
  private wordsFor(word: string, asPrefix: boolean): Uint8Array {
    const isAskedFor = wordTest(word, asPrefix);
    const flags = new Uint8Array(this.numbers.size);
    for (const [candidate, number] of this.numbers) if (isAskedFor(candidate)) flags[number] = 1;
    return flags;
  }

  private numbersOf({ words }: PendingSession): Uint32Array {
    const numbers = new Uint32Array(words.distinct.size);
    let at = 0;
    for (const word of words.distinct) {
      const number = this.numbers.get(word) ?? this.numbers.size;
      if (number === this.numbers.size) this.numbers.set(ownCopy(word), number);
      numbers[at++] = number;
    }
    return numbers;
  }

  private forgetUnusedWords(): void {
    this.numbers = new Map();
    for (const entry of this.entries.values()) entry.words = this.numbersOf(entry.session);
    this.maxWords = 2 * this.numbers.size + SPARE_WORDS;
  }

  private remove(sessionId: string): void {
    this.allBytes -= this.entries.get(sessionId)?.session.bytes ?? 0;
    this.entries.delete(sessionId);
  }
}
