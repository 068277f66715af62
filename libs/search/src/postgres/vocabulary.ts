import type { Database, Statement } from '@sessions/runtime';
import { doubleDigits, forgivesTypo, isForgivable } from '../text/typo';
import { gaps, knownSpellings } from './spellings';

/** Words of which a process remembers that they are stored; when it is full it begins anew. */
const MAX_REMEMBERED = 300_000;
/** Shorter words, digits counted twice, are never taken for a mistyped one. */
const MIN_LENGTH = 4;

const INSERT_WORDS: Statement = {
  name: 'search-insert-words',
  text: `INSERT INTO search_words (project_id, word)
    SELECT project_id, word FROM unnest($1::uuid[], $2::text[]) AS new (project_id, word)
    ORDER BY project_id, word COLLATE "C" ON CONFLICT DO NOTHING`,
};

const INSERT_LETTERS: Statement = {
  name: 'search-insert-letters',
  text: `INSERT INTO search_letters (project_id, letter)
    SELECT project_id, letter FROM unnest($1::uuid[], $2::text[]) AS new (project_id, letter)
    ORDER BY project_id, letter COLLATE "C" ON CONFLICT DO NOTHING`,
};

/** Whether a word of the project is a spelling, or begins with it; the highest character ends that range. */
const isKnown = (spelling: string, asPrefix: string) => `(
      SELECT known.word FROM search_words AS known
      WHERE known.project_id = $1 AND known.word >= ${spelling}
        AND known.word <= ${spelling} || CASE WHEN ${asPrefix} THEN U&'\\+10FFFF' ELSE '' END
      ORDER BY known.project_id, known.word LIMIT 1
    ) IS NOT NULL`;

const FILL_GAPS = `SELECT gap.term, gap.head || letters.letter || gap.tail AS spelling
    FROM unnest($2::int[], $3::text[], $4::text[], $5::boolean[]) AS gap (term, head, tail, as_prefix)
    CROSS JOIN search_letters AS letters
    WHERE letters.project_id = $1 AND ${isKnown('gap.head || letters.letter || gap.tail', 'gap.as_prefix')}`;

const KEEP_KNOWN = `SELECT near.term, near.spelling
    FROM unnest($6::int[], $7::text[], $8::boolean[]) AS near (term, spelling, as_prefix)
    WHERE ${isKnown('near.spelling', 'near.as_prefix')}`;

/** A word of a query, and whether it may be the beginning of a word. */
export interface Term {
  word: string;
  asPrefix: boolean;
}

/**
 * The words and letters that a project's sessions hold, for finding what a mistyped word may have meant: every letter
 * of the project is tried in every place of the word, and what is no word of the project is dropped. That is a few
 * hundred look-ups in an index, some milliseconds, and exact, where trigrams would read a tenth of the vocabulary.
 * Words stay after the last session that held them is gone, which costs space and changes no result.
 */
export class Vocabulary {
  private readonly remembered = new Set<string>();

  constructor(private readonly database: Database) {}

  /** Stores the words that are new. Outside the caller's transaction: a word too many does no harm. */
  async add(words: Iterable<readonly [projectId: string, word: string]>): Promise<void> {
    const newWords: [string, string][] = [];
    const newLetters = new Map<string, [string, string]>();
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.clear();
    const batch = new Set<string>();
    for (const [projectId, word] of words) {
      const key = `${projectId}${word}`;
      if (this.remembered.has(key) || batch.has(key) || doubleDigits(word).length < MIN_LENGTH) continue;
      if (!hasLetter(word)) continue;
      const letters = Array.from(word).filter(isForgivable);
      batch.add(key);
      newWords.push([projectId, word]);
      for (const letter of letters) newLetters.set(`${projectId}${letter}`, [projectId, letter]);
    }
    if (newWords.length === 0) return;
    await this.database.query(INSERT_LETTERS, columns([...newLetters.values()]));
    await this.database.query(INSERT_WORDS, columns(newWords));
    for (const key of batch) this.remembered.add(key);
  }

  /**
   * For each term the spellings that a typo in it may stand for and that words of the project have; none where no typo
   * is forgiven. Looking up each spelling in 32 segments of the index instead would take 20 ms.
   */
  async spellings(projectId: string, terms: readonly Term[]): Promise<string[][]> {
    const near = terms.flatMap(({ word, asPrefix }, term) =>
      forgivesTypo(word) ? knownSpellings(word).map((spelling) => ({ spelling, term, asPrefix })) : [],
    );
    const open = terms.flatMap(({ word, asPrefix }, term) =>
      forgivesTypo(word) ? gaps(word).map((gap) => ({ ...gap, term, asPrefix })) : [],
    );
    const found = terms.map(() => new Set<string>());
    // The vocabulary holds no mere numbers.
    for (const { term, spelling } of near) if (!hasLetter(spelling)) found[term]?.add(spelling);
    if (open.length > 0) {
      const { rows } = await this.database.query<{ term: number; spelling: string }>(
        `${FILL_GAPS} UNION ${KEEP_KNOWN}`,
        [
          projectId,
          open.map(({ term }) => term),
          open.map(({ head }) => head),
          open.map(({ tail }) => tail),
          open.map(({ asPrefix }) => asPrefix),
          near.map(({ term }) => term),
          near.map(({ spelling }) => spelling),
          near.map(({ asPrefix }) => asPrefix),
        ],
      );
      for (const { term, spelling } of rows) found[term]?.add(spelling);
    }
    return found.map((spellings) => [...spellings]);
  }
}

function hasLetter(word: string): boolean {
  return Array.from(word).some(isForgivable);
}

function columns(pairs: readonly (readonly [string, string])[]): [string[], string[]] {
  return [pairs.map(([projectId]) => projectId), pairs.map(([, text]) => text)];
}
