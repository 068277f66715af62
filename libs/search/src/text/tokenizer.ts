/** Longest word in characters; what a text or a query holds beyond it is cut off, so that both stay alike. */
const MAX_WORD_LENGTH = 60;

/**
 * Scripts written without spaces: every character of them is a word of its own. Japanese marks of long vowels and of
 * repetition belong to two scripts, and so to none of them by name.
 */
const SPACELESS =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u30fc\\u3031-\\u3035\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';

const ASCII_ONLY = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
const WORD = new RegExp(
  `(?=[\\p{L}\\p{N}])(?:[${SPACELESS}]\\p{M}*|(?:(?![${SPACELESS}])[\\p{L}\\p{N}])(?:(?![${SPACELESS}])[\\p{L}\\p{N}\\p{M}])*)`,
  'gu',
);
const SPACELESS_WORD = new RegExp(`^[${SPACELESS}]`, 'u');

/**
 * Accents of Latin, Greek, Cyrillic, Hebrew and Arabic letters. The marks of other scripts are vowels, without which
 * different words would become one, and stay.
 */
const ACCENTS = new RegExp(
  [
    '[\\u0300-\\u036f]',
    '[\\u0483-\\u0487]',
    '[\\u0591-\\u05c7]',
    '[\\u0610-\\u061a]',
    '[\\u064b-\\u065f]',
    '\\u0670',
    '[\\u06d6-\\u06ed]',
    '[\\u1ab0-\\u1aff]',
    '[\\u1dc0-\\u1dff]',
    '[\\u20d0-\\u20ff]',
    '[\\ufe20-\\ufe2f]',
  ].join('|'),
  'g',
);

/** Letters that people type without their stroke or ligature and that Unicode does not decompose. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  ς: 'σ',
};
const LOOK_ALIKE = new RegExp(`[${Object.keys(LOOK_ALIKES).join('')}]`, 'g');

/**
 * The words of a text as search sees them, on every engine: lower case, without accents, split at everything that is
 * neither letter nor digit; Chinese, Japanese, Thai and the like are split into characters. Tokenizing the words
 * again, joined by spaces, gives the same words.
 */
export function tokenize(text: string): string[] {
  if (ASCII_ONLY.test(text)) return cut(text.toLowerCase().match(ASCII_WORD) ?? []);
  return cut(fold(text).match(WORD) ?? []);
}

/** Whether a word of `tokenize` is one character of a script that is written without spaces. */
export function isSpacelessWord(word: string): boolean {
  return SPACELESS_WORD.test(word);
}

/** Signs that would be decomposed into letters, and stand at the end of names. */
const SIGNS = /[™℠]/g;

/** Decomposes, so that accents can be dropped and wide forms become plain, and composes what is left. */
function fold(text: string): string {
  return text
    .replace(SIGNS, ' ')
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(LOOK_ALIKE, (letter) => LOOK_ALIKES[letter] ?? letter)
    .normalize('NFC');
}

function cut(words: string[]): string[] {
  if (!words.some((word) => word.length > MAX_WORD_LENGTH)) return words;
  return words.map((word) =>
    word.length <= MAX_WORD_LENGTH ? word : Array.from(word).slice(0, MAX_WORD_LENGTH).join(''),
  );
}
