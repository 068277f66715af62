import type { ParsedQuery } from './query';
import { tokenize } from './tokenizer';
import { forgivesTypo, isWithinOneTypo } from './typo';

/** The words of one session, in the form that matching needs. */
export interface SessionWords {
  /** A line for each text (name, description, each message), with a space before and after every word. */
  readonly lines: string;
  readonly distinct: ReadonlySet<string>;
}

/** Gathers a session's words text by text, so that a caller can pause between the texts of a long one. */
export class WordCollector {
  private readonly lines: string[] = [];
  private readonly distinct = new Set<string>();

  /** Adds one text; null is an empty one. */
  add(text: string | null): void {
    const words = tokenize(text ?? '');
    for (const word of words) this.distinct.add(word);
    this.lines.push(` ${words.join(' ')} `);
  }

  words(): SessionWords {
    return { lines: this.lines.join('\n'), distinct: this.distinct };
  }
}

/** The words of a session from its name, description and messages. */
export function sessionWords(texts: readonly (string | null)[]): SessionWords {
  const collector = new WordCollector();
  for (const text of texts) collector.add(text);
  return collector.words();
}

/**
 * Whether a session matches a query: what search means, in one place. The engines answer the same from their
 * indexes and are tested against this.
 */
export function matches(query: ParsedQuery, session: SessionWords): boolean {
  const last = query.words.length - 1;
  return (
    query.words.every((word, at) => holdsWord(session, word, query.lastIsPrefix && at === last)) &&
    query.phrases.every((phrase) => holdsPhrase(session, phrase)) &&
    !query.excluded.some((phrase) => holdsPhrase(session, phrase))
  );
}

/** Tells whether a word of a session is what a word of a query asks for. */
export function wordTest(word: string, asPrefix: boolean): (candidate: string) => boolean {
  const withTypo = forgivesTypo(word);
  return (candidate) =>
    candidate === word ||
    (asPrefix && candidate.startsWith(word)) ||
    (withTypo && isWithinOneTypo(word, candidate, asPrefix));
}

function holdsWord({ distinct }: SessionWords, word: string, asPrefix: boolean): boolean {
  if (distinct.has(word)) return true;
  if (!asPrefix && !forgivesTypo(word)) return false;
  const isAskedFor = wordTest(word, asPrefix);
  for (const candidate of distinct) if (isAskedFor(candidate)) return true;
  return false;
}

function holdsPhrase({ lines, distinct }: SessionWords, phrase: readonly string[]): boolean {
  return phrase.every((word) => distinct.has(word)) && lines.includes(` ${phrase.join(' ')} `);
}
