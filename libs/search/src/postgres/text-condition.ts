import type { ParsedQuery } from '../text/query';
import type { Term, Vocabulary } from './vocabulary';

/** A query as Postgres understands it. */
export interface TextCondition {
  /** Words that must be there, each with all the spellings that may stand for it. */
  required: Term[][];
  /** Those of them that are looked up in the index, a beginning in the form of the words that begin so where they are few. */
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
  const required = [...words, ...phraseWords.map((word) => [{ word, asPrefix: false }])];
  const beginnings = words.find((spellings) => spellings.some(({ asPrefix }) => asPrefix));
  const continued = beginnings && (await vocabulary.wordsBeginning(projectId, beginnings));
  return {
    required,
    lookedUp: required.map((spellings) => (spellings === beginnings && continued) || spellings),
    read: [],
    excluded: query.excluded.filter((phrase) => phrase.length === 1).flat(),
    exact: [...query.words, ...phraseWords],
    phrases: query.phrases.filter((phrase) => phrase.length > 1).map(pattern),
    excludedPhrases: query.excluded.filter((phrase) => phrase.length > 1).map(pattern),
  };
}

/** One `tsquery` of words that must be there, and of what must not be, about the lexemes with that key. */
export function wholeQuery(
  terms: readonly Term[][],
  { excluded }: Pick<TextCondition, 'excluded'>,
  key: string,
): string {
  // An index cannot tell what merely lacks a word; the empty word is in all sessions.
  const holding = terms.length === 0 ? lexeme(key, { word: '', asPrefix: false }) : termsQuery(terms, key);
  return [holding, ...excluded.map((word) => `!${lexeme(key, { word, asPrefix: false })}`)].join(' & ');
}

/**
 * What `wholeQuery` says of what is looked up, as one `tsquery` for each word. The index then skips from one session
 * that holds them all to the next, for each word by itself: three common words take 13 to 19 % less time.
 */
export function lookUpQueries({ lookedUp, excluded }: TextCondition, key: string): string[] {
  const [first, ...others] = lookedUp;
  return [
    wholeQuery(first === undefined ? [] : [first], { excluded }, key),
    ...others.map((spellings) => termQuery(spellings, key)),
  ];
}

/** A `tsquery` of several words, each in any of its spellings. */
export function termsQuery(terms: readonly Term[][], key: string): string {
  return terms.map((spellings) => `(${termQuery(spellings, key)})`).join(' & ');
}

/** A `tsquery` of one word in any of its spellings. */
export function termQuery(spellings: readonly Term[], key: string): string {
  return spellings.map((spelling) => lexeme(key, spelling)).join(' | ');
}

/** A `tsquery` for each word exactly as typed. */
export function exactQueries({ exact }: TextCondition, key: string): string[] {
  return exact.map((word) => lexeme(key, { word, asPrefix: false }));
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
