/** Letters from which a word may be mistyped. A digit, which is never forgiven itself, counts as two. */
const MIN_LETTERS = 5;

const DIGIT = /[0-9]/g;

/** Whether one typo is forgiven in this word of a query. */
export function forgivesTypo(word: string): boolean {
  let letters = 0;
  for (let at = 0; at < word.length && letters < MIN_LETTERS; at += unitsAt(word, at)) {
    letters += isForgivable(word.charAt(at)) ? 1 : 2;
  }
  return letters >= MIN_LETTERS;
}

/**
 * The word with every digit written twice. Between two words in this form a wrong digit is two typos, so an engine
 * that forgives one never takes a number for another; beginnings of words stay beginnings.
 */
export function doubleDigits(word: string): string {
  return word.replace(DIGIT, '$&$&');
}

/** Whether the character of a word may be missing, superfluous or wrong in a typo. */
export function isForgivable(character: string): boolean {
  return character < '0' || character > '9';
}

/**
 * Whether `text`, or with `asPrefix` a beginning of it, is `word` with one letter missing, superfluous or wrong, or
 * with two neighbouring letters swapped (Damerau-Levenshtein distance 1), or is `word` itself. A letter is what Unicode
 * calls a character, of which JavaScript counts those beyond the Basic Multilingual Plane as two.
 */
export function isWithinOneTypo(word: string, text: string, asPrefix: boolean): boolean {
  if (text.length < word.length - 2 || (!asPrefix && text.length > word.length + 2)) return false;
  const same = commonLength(word, text);
  if (same === word.length && (asPrefix || same === text.length)) return true;
  const afterTyped = same + unitsAt(word, same);
  const afterMeant = same + unitsAt(text, same);
  if (text.length - same < word.length - afterTyped) return false;
  if (!asPrefix && text.length - afterMeant > word.length - same) return false;

  const agrees = (wordFrom: number, textFrom: number) => isRest(word, wordFrom, text, textFrom, asPrefix);
  const typedIsLetter = same < word.length && isForgivable(word.charAt(same));
  const meantIsLetter = same < text.length && isForgivable(text.charAt(same));
  if (typedIsLetter && agrees(afterTyped, same)) return true;
  if (meantIsLetter && agrees(same, afterMeant)) return true;
  if (!typedIsLetter || !meantIsLetter) return false;
  if (agrees(afterTyped, afterMeant)) return true;
  const areSwapped =
    isSame(word, afterTyped, text, same, afterMeant - same) &&
    isSame(text, afterMeant, word, same, afterTyped - same);
  const afterBoth = afterTyped + afterMeant - same;
  return areSwapped && agrees(afterBoth, afterBoth);
}

/** Whether what follows in the text is the rest of the word, or with `asPrefix` begins with it. */
function isRest(word: string, wordFrom: number, text: string, textFrom: number, asPrefix: boolean): boolean {
  const rest = word.length - wordFrom;
  const left = text.length - textFrom;
  if (left < rest || (!asPrefix && left > rest)) return false;
  return isSame(word, wordFrom, text, textFrom, rest);
}

/** Whether so many units are the same in both. Makes no strings: a mistyped word is compared with thousands. */
function isSame(one: string, from: number, other: string, otherFrom: number, units: number): boolean {
  for (let at = 0; at < units; at++) {
    if (one.charCodeAt(from + at) !== other.charCodeAt(otherFrom + at)) return false;
  }
  return true;
}

/** Units of JavaScript that the character at a place takes; 1 at the end. */
function unitsAt(word: string, at: number): 1 | 2 {
  return at < word.length && isHighSurrogate(word.charCodeAt(at)) ? 2 : 1;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** Units that both begin with, without half of a character. */
function commonLength(left: string, right: string): number {
  let length = 0;
  const shorter = Math.min(left.length, right.length);
  while (length < shorter && left.charCodeAt(length) === right.charCodeAt(length)) length++;
  return length > 0 && isHighSurrogate(left.charCodeAt(length - 1)) ? length - 1 : length;
}
