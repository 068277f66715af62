import { isForgivable } from '../text/typo';

/** A spelling with one unknown letter between its head and its tail. */
export interface Gap {
  head: string;
  tail: string;
}

/** The words from which a word results by leaving out a letter or swapping two neighbours. */
export function knownSpellings(word: string): string[] {
  const letters = Array.from(word);
  const spellings = new Set<string>();
  letters.forEach((letter, at) => {
    if (!isForgivable(letter)) return;
    spellings.add([...letters.slice(0, at), ...letters.slice(at + 1)].join(''));
    const next = letters[at + 1];
    if (next === undefined || !isForgivable(next)) return;
    spellings.add([...letters.slice(0, at), next, letter, ...letters.slice(at + 2)].join(''));
  });
  return [...spellings];
}

/** Where a letter of a word may be another one, and where one may be missing. */
export function gaps(word: string): Gap[] {
  const letters = Array.from(word);
  const found: Gap[] = [];
  for (let at = 0; at <= letters.length; at++) {
    const head = letters.slice(0, at).join('');
    found.push({ head, tail: letters.slice(at).join('') });
    if (isForgivable(letters[at] ?? '0')) found.push({ head, tail: letters.slice(at + 1).join('') });
  }
  return found;
}
