import { Random } from '../../support/random';

const CONSONANTS = 'bcdfghklmnprstvw';
const VOWELS = 'aeiou';
const VOCABULARY = 60_000;

/** A session's texts. */
export interface CorpusSession {
  name: string;
  messages: string[];
}

/**
 * Texts of made-up words that are as unequally frequent as those of a language (Zipf's law): the commonest stands in
 * nearly every session, half of them in next to none. The same seed gives the same texts.
 */
export class Corpus {
  private readonly vocabulary: string[] = [];
  private readonly random: Random;

  constructor(seed = 1) {
    this.random = new Random(seed);
    const known = new Set<string>();
    while (this.vocabulary.length < VOCABULARY) {
      const word = this.newWord(this.vocabulary.length);
      if (known.has(word)) continue;
      known.add(word);
      this.vocabulary.push(word);
    }
  }

  /** One of the words that are so common; 0 is the commonest. */
  wordOfRank(from: number, to: number): string {
    return this.vocabulary[from + Math.floor(this.random.next() * (to - from))] ?? '';
  }

  /** So many words, the common ones more often. */
  text(words: number): string {
    const logarithm = Math.log(VOCABULARY);
    return Array.from({ length: words }, () => {
      const rank = Math.floor(Math.exp(this.random.next() * logarithm)) - 1;
      return this.vocabulary[rank] ?? '';
    }).join(' ');
  }

  /** A session like the documented example: a name and three messages. */
  session(number: number): CorpusSession {
    const messages = [0, 1, 2].map(() => this.text(8 + Math.floor(this.random.next() * 12)));
    return { name: `${this.text(4)} #${number}`, messages };
  }

  /** Common words are short, as in a language. */
  private newWord(rank: number): string {
    const syllables =
      rank < 12
        ? 1
        : rank < 60
          ? 1 + Math.floor(this.random.next() * 2)
          : 2 + Math.floor(this.random.next() * 3);
    const letters = Array.from({ length: syllables }, () => this.pick(CONSONANTS) + this.pick(VOWELS));
    return letters.join('') + (this.random.next() < 0.4 ? this.pick('nrst') : '');
  }

  private pick(letters: string): string {
    return letters.charAt(Math.floor(this.random.next() * letters.length));
  }
}
