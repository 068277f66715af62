import type { ParsedQuery } from './query';
import { tokenize } from './tokenizer';
import { forgivesTypo, isWithinOneTypo } from './typo';

/** The words of one session: of its name, its description and each message, and all of them without repeats. */
export interface SessionWords {
  readonly texts: readonly (readonly string[])[];
  readonly distinct: ReadonlySet<string>;
}

/** The words of a session from its name, description and messages. */
export function sessionWords(texts: readonly (string | null)[]): SessionWords {
  const tokenized = texts.map((text) => tokenize(text ?? ''));
  return { texts: tokenized, distinct: new Set(tokenized.flat()) };
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

function holdsWord({ distinct }: SessionWords, word: string, asPrefix: boolean): boolean {
  if (distinct.has(word)) return true;
  const withTypo = forgivesTypo(word);
  if (!withTypo && !asPrefix) return false;
  for (const candidate of distinct) {
    if (asPrefix && candidate.startsWith(word)) return true;
    if (withTypo && isWithinOneTypo(word, candidate, asPrefix)) return true;
  }
  return false;
}

function holdsPhrase({ texts, distinct }: SessionWords, phrase: readonly string[]): boolean {
  if (!phrase.every((word) => distinct.has(word))) return false;
  return phrase.length === 1 || texts.some((words) => standsIn(words, phrase));
}

function standsIn(words: readonly string[], phrase: readonly string[]): boolean {
  for (
    let from = words.indexOf(phrase[0] ?? '');
    from >= 0;
    from = words.indexOf(phrase[0] ?? '', from + 1)
  ) {
    if (phrase.every((word, at) => words[from + at] === word)) return true;
  }
  return false;
}
