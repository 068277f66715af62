import { isSpacelessWord } from '../text/tokenizer';
import { doubleDigits } from '../text/typo';

/**
 * Begins every word that is sent to Meilisearch. It is no letter of any word, and Meilisearch takes it for a part
 * of the word, so it can neither split a word of a query in two ("sunflower" for "sun flower") nor join two to one,
 * and a typo in the first letter is one like any other rather than two.
 */
const MARK = '$';

/**
 * A word as the index and its queries hold it: marked, and with digits doubled so that a wrong digit is two typos.
 * Characters of scripts without spaces stay bare, since Meilisearch would part them from the mark.
 */
export function encodeWord(word: string): string {
  return isSpacelessWord(word) ? word : MARK + doubleDigits(word);
}

/** Words side by side, as the index and its phrases hold them. */
export function encodeWords(words: readonly string[]): string {
  return words.map(encodeWord).join(' ');
}

/** Length of an encoded word from which Meilisearch is to forgive one typo: five, and the mark. */
export const MIN_ENCODED_LENGTH_FOR_TYPO = 6;
