import type { ParsedQuery } from '../text/query';
import type { Term, Vocabulary } from './vocabulary';

/** A query as Postgres understands it. All texts are in the syntax of `tsquery`, about lexemes of the project. */
export interface TextCondition {
  /** One for each word that must be there, in any of its spellings. */
  required: string[];
  /** One for each word that must not be there. */
  excluded: string[];
  /** The words exactly as typed, for ranking; null when there are none. */
  exact: string | null;
  /** Patterns for LIKE that the session's text must match, one for each phrase of several words. */
  phrases: string[];
  /** Patterns for LIKE that the session's text must not match. */
  excludedPhrases: string[];
}

/** Turns a query into conditions on the lexemes of a project, looking up what mistyped words may mean. */
export async function textCondition(
  query: ParsedQuery,
  projectId: string,
  key: string,
  vocabulary: Vocabulary,
): Promise<TextCondition> {
  const last = query.words.length - 1;
  const terms: Term[] = query.words.map((word, at) => ({
    word,
    asPrefix: query.lastIsPrefix && at === last,
  }));
  const spellings = await vocabulary.spellings(projectId, terms);
  const phraseWords = query.phrases.flat().map((word) => lexeme(key, word, false));
  const words = terms.map(({ word, asPrefix }, at) => {
    const all = asPrefix ? shortest([word, ...(spellings[at] ?? [])]) : [word, ...(spellings[at] ?? [])];
    return all.map((spelling) => lexeme(key, spelling, asPrefix)).join(' | ');
  });
  const exact = [...query.words.map((word) => lexeme(key, word, false)), ...phraseWords];
  return {
    required: [...words, ...phraseWords],
    excluded: query.excluded
      .filter((phrase) => phrase.length === 1)
      .map(([word]) => lexeme(key, word ?? '', false)),
    exact: exact.length === 0 ? null : exact.join(' & '),
    phrases: query.phrases.filter((phrase) => phrase.length > 1).map(pattern),
    excludedPhrases: query.excluded.filter((phrase) => phrase.length > 1).map(pattern),
  };
}

/** One `tsquery` of everything that must and must not be there; null when that is nothing. */
export function wholeQuery({ required, excluded }: TextCondition): string | null {
  const parts = [...required.map((term) => `(${term})`), ...excluded.map((term) => `!${term}`)];
  return parts.length === 0 ? null : parts.join(' & ');
}

/** Words hold only letters, digits and marks, so nothing in them needs escaping. */
function lexeme(key: string, word: string, asPrefix: boolean): string {
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
