import type { ParsedQuery } from '../text/query';
import { forgivesTypo } from '../text/typo';
import { encodeWord, encodeWords } from './encoding';

/**
 * A query in Meilisearch's own syntax. Only a word at the very end is taken for a beginning, so the words come last,
 * and a space follows when the last is none. Quotes keep short words from being mistyped.
 *
 * Excluded phrases of several words are left out: with `proximityPrecision: byAttribute` Meilisearch would also
 * exclude sessions that hold the words apart.
 */
export function queryText(query: ParsedQuery): string {
  const last = query.words.length - 1;
  const parts = [
    ...query.excluded.filter((phrase) => phrase.length === 1).map((phrase) => `-${encodeWords(phrase)}`),
    ...query.phrases.map((phrase) => `"${encodeWords(phrase)}"`),
    ...query.words.map((word, at) => {
      const exact = !forgivesTypo(word) && !(query.lastIsPrefix && at === last);
      return exact ? `"${encodeWord(word)}"` : encodeWord(word);
    }),
  ];
  return parts.join(' ') + (query.lastIsPrefix ? '' : ' ');
}

/** The phrases that Meilisearch cannot judge, for it only knows which words stand in the same attribute. */
export function hasLongPhrase(query: ParsedQuery): boolean {
  return [...query.phrases, ...query.excluded].some((phrase) => phrase.length > 1);
}
