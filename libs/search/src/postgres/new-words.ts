import { doubleDigits, isForgivable } from '../text/typo';

/** Shorter words, digits counted twice, are never taken for a mistyped one. */
const MIN_LENGTH = 4;

const ONLY_DIGITS = /^[0-9]+$/;

/** A text and the project that it is of. */
export type ProjectText = [projectId: string, text: string];

/** Gathers the words of sessions that are not known to be stored already. */
export class NewWords {
  readonly byProject = new Map<string, Set<string>>();

  /** @param known Words of which there is nothing to store any more, by project. */
  constructor(private readonly known: ReadonlyMap<string, ReadonlySet<string>>) {}

  /** Mere numbers are passed over: the vocabulary never holds them, and they are too many to remember. */
  add(projectId: string, words: Iterable<string>): void {
    const known = this.known.get(projectId);
    const found = this.byProject.get(projectId) ?? new Set<string>();
    this.byProject.set(projectId, found);
    for (const word of words) if (known?.has(word) !== true && !ONLY_DIGITS.test(word)) found.add(word);
  }

  /** Those that a mistyped word may have meant. */
  words(): ProjectText[] {
    return this.texts((words) => words.filter(isWorthStoring));
  }

  /** The letters of those. */
  letters(): ProjectText[] {
    return this.texts((words) => [
      ...new Set(words.filter(isWorthStoring).flatMap((word) => Array.from(word).filter(isForgivable))),
    ]);
  }

  /** Without those that have been stored since they were gathered. */
  private texts(textsOf: (words: string[]) => string[]): ProjectText[] {
    return [...this.byProject].flatMap(([projectId, words]) => {
      const known = this.known.get(projectId);
      const unknown = [...words].filter((word) => known?.has(word) !== true);
      return textsOf(unknown).map((text): ProjectText => [projectId, text]);
    });
  }
}

/** Whether a word has a character that may be mistyped. */
export function hasLetter(word: string): boolean {
  return Array.from(word).some(isForgivable);
}

/** Whether the vocabulary holds such a word: one that a mistyped word may have meant. */
export function isWorthStoring(word: string): boolean {
  return doubleDigits(word).length >= MIN_LENGTH && hasLetter(word);
}
