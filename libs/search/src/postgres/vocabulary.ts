import type { Database, Statement } from '@sessions/runtime';
import { ownCopy } from '../text/own-copy';
import { forgivesTypo } from '../text/typo';
import type { ProjectText } from './new-words';
import { hasLetter, isWorthStoring, NewWords } from './new-words';
import { gaps, knownSpellings } from './spellings';

/** Words of which a process remembers that there is nothing to store of them; when it is full it begins anew. */
const MAX_REMEMBERED = 300_000;
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

/**
 * Most words that are looked up in the place of a beginning. An index gathers all sessions that hold any word with a
 * beginning before it compares them with other words: "three common words" whose last begins 50 words took 53 to 93 ms
 * so, and 33 to 53 by those words, apart from the one typed. Each costs a look-up a segment, so there are not to be many
 * more.
 */
const MAX_CONTINUED = 200;

const WORDS_BEGINNING = `SELECT found.word FROM unnest($2::text[]) AS beginning
    CROSS JOIN LATERAL (SELECT word FROM search_words WHERE project_id = $1 AND word >= beginning
      AND word <= beginning || U&'\\+10FFFF' ORDER BY word LIMIT ${MAX_CONTINUED + 1}) AS found
    LIMIT ${MAX_CONTINUED + 1}`;

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
  /** By project. Under one key of project and word, making and hashing the keys took half of a worker's time. */
  private readonly remembered = new Map<string, Set<string>>();
  private rememberedWords = 0;

  constructor(private readonly database: Database) {}

  /** Gathers words for `store`. */
  gather(): NewWords {
    return new NewWords(this.remembered);
  }

  /** Stores words that are new. Outside the caller's transaction: a word too many does no harm. */
  async store(newWords: NewWords): Promise<void> {
    const words = newWords.words();
    if (words.length > 0) {
      await this.database.query(INSERT_LETTERS, columns(newWords.letters()));
      await this.database.query(INSERT_WORDS, columns(words));
    }
    for (const [projectId, all] of newWords.byProject) this.remember(projectId, all);
  }

  /**
   * The words of the project that begin with one of these, and those of these that it may have without their being stored;
   * null where they are many, or where the vocabulary does not hold all of them, because they may be short or mere numbers.
   */
  async wordsBeginning(projectId: string, beginnings: readonly Term[]): Promise<Term[] | null> {
    if (!beginnings.every(isContinuedByKnown)) return null;
    const { rows } = await this.database.query<{ word: string }>(WORDS_BEGINNING, [
      projectId,
      beginnings.map(({ word }) => word),
    ]);
    const unstored = beginnings.filter(({ word }) => !isWorthStoring(word));
    const words = new Set([...unstored, ...rows].map(({ word }) => word));
    return words.size > MAX_CONTINUED ? null : [...words].map((word) => ({ word, asPrefix: false }));
  }

  private remember(projectId: string, words: ReadonlySet<string>): void {
    if (this.rememberedWords > MAX_REMEMBERED) {
      this.remembered.clear();
      this.rememberedWords = 0;
    }
    const known = this.remembered.get(projectId) ?? new Set();
    this.remembered.set(projectId, known);
    const before = known.size;
    for (const word of words) known.add(ownCopy(word));
    this.rememberedWords += known.size - before;
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

/** Whether the vocabulary holds every longer word that begins so. */
function isContinuedByKnown({ word }: Term): boolean {
  return isWorthStoring(`${word}x`) && hasLetter(word);
}

function columns(texts: readonly ProjectText[]): [string[], string[]] {
  return [texts.map(([projectId]) => projectId), texts.map(([, text]) => text)];
}
