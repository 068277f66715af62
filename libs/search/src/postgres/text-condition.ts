import type { ParsedQuery } from '../text/query';
import type { Term, Vocabulary } from './vocabulary';

/** A query as Postgres understands it. */
export interface TextCondition {
  /** Words that must be there and are looked up in the index, each with all the spellings that may stand for it. */
  lookedUp: Term[][];
  /** Words that must be there and are read from the sessions that hold the others. */
  read: Term[][];
  /** Words that must not be there. */
  excluded: string[];
  /** The words exactly as typed, for ranking. */
  exact: string[];
  /** Patterns for LIKE that the session's text must match, one for each phrase of several words. */
  phrases: string[];
  /** Patterns for LIKE that the session's text must not match. */
  excludedPhrases: string[];
}

/** Turns a query into conditions on the words of a project, looking up what mistyped words may mean. */
export async function textCondition(
  query: ParsedQuery,
  projectId: string,
  vocabulary: Vocabulary,
): Promise<TextCondition> {
  const last = query.words.length - 1;
  const terms: Term[] = query.words.map((word, at) => ({
    word,
    asPrefix: query.lastIsPrefix && at === last,
  }));
  const spellings = await vocabulary.spellings(projectId, terms);
  const words = terms.map(({ word, asPrefix }, at) => {
    const all = [word, ...(spellings[at] ?? [])];
    return (asPrefix ? shortest(all) : all).map((spelling) => ({ word: spelling, asPrefix }));
  });
  const phraseWords = query.phrases.flat();
  return {
    lookedUp: [...words, ...phraseWords.map((word) => [{ word, asPrefix: false }])],
    read: [],
    excluded: query.excluded.filter((phrase) => phrase.length === 1).flat(),
    exact: [...query.words, ...phraseWords],
    phrases: query.phrases.filter((phrase) => phrase.length > 1).map(pattern),
    excludedPhrases: query.excluded.filter((phrase) => phrase.length > 1).map(pattern),
  };
}

/** One `tsquery` of everything that is looked up, and of what must not be there, about the lexemes with that key. */
export function wholeQuery({ lookedUp, excluded }: TextCondition, key: string): string {
  // An index cannot tell what merely lacks a word; the empty word is in all sessions.
  const holding =
    lookedUp.length === 0 ? lexeme(key, { word: '', asPrefix: false }) : termsQuery(lookedUp, key);
  return [holding, ...excluded.map((word) => `!${lexeme(key, { word, asPrefix: false })}`)].join(' & ');
}

/** A `tsquery` of several words, each in any of its spellings. */
export function termsQuery(terms: readonly Term[][], key: string): string {
  return terms.map((spellings) => `(${termQuery(spellings, key)})`).join(' & ');
}

/** A `tsquery` of one word in any of its spellings. */
export function termQuery(spellings: readonly Term[], key: string): string {
  return spellings.map((spelling) => lexeme(key, spelling)).join(' | ');
}

/** A `tsquery` of the words exactly as typed; null when there are none. */
export function exactQuery({ exact }: TextCondition, key: string): string | null {
  return exact.length === 0 ? null : exact.map((word) => lexeme(key, { word, asPrefix: false })).join(' & ');
}

/** Words hold only letters, digits and marks, so nothing in them needs escaping. */
function lexeme(key: string, { word, asPrefix }: Term): string {
  return `'${key}${word}'${asPrefix ? ':*' : ''}`;
}

function pattern(phrase: readonly string[]): string {
  return `% ${phrase.join(' ')} %`;
}

/** A beginning that begins with another one adds nothing to it. */
function shortest(beginnings: readonly string[]): string[] {
  const kept: string[] = [];
  for (const beginning of [...new Set(beginnings)].sort((a, b) => a.length - b.length)) {
    if (!kept.some((shorter) => beginning.startsWith(shorter))) kept.push(beginning);
  }
  return kept;
}
