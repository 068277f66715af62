/** Length from which a word may be mistyped. A digit, which is never forgiven itself, counts as two. */
const MIN_LENGTH = 5;

const DIGIT = /[0-9]/g;

/** Whether one typo is forgiven in this word of a query. */
export function forgivesTypo(word: string): boolean {
  return word.length >= MIN_LENGTH || doubleDigits(word).length >= MIN_LENGTH;
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
 * with two neighbouring letters swapped (Damerau-Levenshtein distance 1), or is `word` itself.
 */
export function isWithinOneTypo(word: string, text: string, asPrefix: boolean): boolean {
  if (text.length < word.length - 1 || (!asPrefix && text.length > word.length + 1)) return false;
  const same = commonLength(word, text);
  const agrees = (wordFrom: number, textFrom: number) =>
    text.startsWith(word.slice(wordFrom), textFrom) &&
    (asPrefix || text.length - textFrom === word.length - wordFrom);
  if (agrees(same, same)) return true;

  const typed = word.charAt(same);
  const meant = text.charAt(same);
  const typedIsLetter = typed !== '' && isForgivable(typed);
  const meantIsLetter = meant !== '' && isForgivable(meant);
  if (typedIsLetter && agrees(same + 1, same)) return true;
  if (meantIsLetter && agrees(same, same + 1)) return true;
  if (!typedIsLetter || !meantIsLetter) return false;
  const swapped = word.charAt(same + 1) === meant && text.charAt(same + 1) === typed;
  return agrees(same + 1, same + 1) || (swapped && agrees(same + 2, same + 2));
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && length < right.length && left[length] === right[length]) length++;
  return length;
}
