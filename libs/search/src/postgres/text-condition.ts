import type { ParsedQuery } from '../text/query';
import type { Term, Vocabulary } from './vocabulary';

/** Most words whose other spellings are looked up one word at a time: for five that took 130 ms instead of 90. */
const MAX_SPELT = 3;

/** A query as Postgres understands it. */
export interface TextCondition {
  /** Words that must be there, each with all the spellings that may stand for it. */
  required: Term[][];
  /** One of them of which too many words begin so for these to be looked up instead. */
  beginning: Term[] | null;
  /** Each of them as typed. */
  typed: Term[][];
  /** Words to look up together, several times, which find all sessions between them. */
  lookUps: Term[][][];
  /** A beginning that is not looked up, but read from the sessions that hold the other words. */
  read: Term[] | null;
  /** Words that must not be there. */
  excluded: string[];
  /** Patterns for LIKE that the session's text must match, one for each phrase of several words. */
  phrases: string[];
  /** Patterns for LIKE that the session's text must not match. */
  excludedPhrases: string[];
}

/**
 * Turns a query into conditions on the words of a project, looking up what mistyped words may mean. Null when no session of
 * the project can match, since no word of it begins as the query ends: the index is not asked, which took 15 ms a search
 * while 3,000 sessions/s were indexed.
 */
export async function textCondition(
  query: ParsedQuery,
  projectId: string,
  vocabulary: Vocabulary,
): Promise<TextCondition | null> {
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
  const typed = [...query.words, ...phraseWords].map((word) => [{ word, asPrefix: false }]);
  const beginning = words.find((spellings) => spellings.some(({ asPrefix }) => asPrefix)) ?? null;
  const continued = beginning && (await vocabulary.wordsBeginning(projectId, beginning));
  if (continued?.length === 0) return null;
  const told = required.map((spellings) => (spellings === beginning && continued) || spellings);
  const isAtOnce = required.length === 1 || (beginning !== null && continued === null);
  return {
    required,
    beginning: continued === null ? beginning : null,
    typed,
    // Of a word alone, reading the hits is what takes the time.
    lookUps: isAtOnce ? [required] : typedFirst(typed, told),
    read: null,
    excluded: query.excluded.filter((phrase) => phrase.length === 1).flat(),
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
 * What to look up for words of which each may be told in any of its spellings. First all as typed, which is quick; then
 * for each word its other spellings, beside the words before it as typed and those after it in any spelling. An index
 * compares all spellings of a word with every session that holds the other words, unless the first of them are rare:
 * three common words, with typos and words that begin so, take half the time. A session may be found more than once.
 */
export function typedFirst(typed: Term[][], told: Term[][]): Term[][][] {
  const others = told.map((spellings, at) => spellings.filter(({ word }) => word !== typed[at]?.[0]?.word));
  const lookUps = others.map((spellings, at) => [spellings, ...typed.slice(0, at), ...told.slice(at + 1)]);
  const spelt = lookUps.filter((_, at) => others[at]?.length !== 0);
  return [typed, ...(spelt.length > MAX_SPELT ? [told] : spelt)];
}

/**
 * What `wholeQuery` says, as one `tsquery` for each word. The index then skips from one session that holds them all to
 * the next, for each word by itself: three common words take 13 to 19 % less time.
 */
export function wordQueries(
  [first, ...others]: readonly Term[][],
  condition: Pick<TextCondition, 'excluded'>,
  key: string,
): string[] {
  return [
    wholeQuery(first === undefined ? [] : [first], condition, key),
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
