import { isSpacelessWord, tokenize } from './tokenizer';

/** Words of a query, phrases and excluded words included, that count; later ones are ignored. */
const MAX_QUERY_WORDS = 10;

/**
 * What a search text asks for. Everything in it must hold; nothing in it at all (an empty text, only punctuation)
 * means every session. Only exclusions mean every session without them.
 */
export interface ParsedQuery {
  /** Words that the session holds somewhere, a typo forgiven. */
  readonly words: readonly string[];
  /** Whether the last of `words` ends the query and so may also be the beginning of a word. */
  readonly lastIsPrefix: boolean;
  /** Words that stand in this order side by side, spelt exactly so. A phrase may be a single word. */
  readonly phrases: readonly (readonly string[])[];
  /** Phrases that the session does not hold. */
  readonly excluded: readonly (readonly string[])[];
}

/** A dash counts only before a term; a quote that is never closed reaches to the end. */
const TERM = /(?<exclude>(?<=^|\s)-+)?(?:"(?<phrase>[^"]*)"?|(?<chunk>[^\s"]+))/g;
const TYPOGRAPHIC_QUOTE = /[“”„‟″]/g;

/** Reads a search text. Never throws, whatever the text. */
export function parseQuery(text: string): ParsedQuery {
  const terms = limit(readTerms(text));
  const words = terms.filter((term) => term.kind === 'word').flatMap((term) => term.words);
  return {
    words,
    lastIsPrefix: terms.at(-1)?.kind === 'word',
    phrases: terms.filter((term) => term.kind === 'phrase').map((term) => term.words),
    excluded: terms.filter((term) => term.kind === 'excluded').map((term) => term.words),
  };
}

/** Whether the query asks for nothing, so that every session matches it. */
export function asksForNothing(query: ParsedQuery): boolean {
  return query.words.length + query.phrases.length + query.excluded.length === 0;
}

interface Term {
  kind: 'word' | 'phrase' | 'excluded';
  words: string[];
}

function readTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (const { groups } of text.replace(TYPOGRAPHIC_QUOTE, '"').matchAll(TERM)) {
    const words = tokenize(groups?.['phrase'] ?? groups?.['chunk'] ?? '');
    if (groups?.['exclude'] !== undefined) terms.push({ kind: 'excluded', words });
    else if (groups?.['phrase'] !== undefined) terms.push({ kind: 'phrase', words });
    else terms.push(...splitChunk(words));
  }
  return terms.filter((term) => term.words.length > 0);
}

/** `e-mail` is two words; a run of Chinese characters is a phrase, since its words are single characters. */
function splitChunk(words: string[]): Term[] {
  const terms: Term[] = [];
  let run: string[] = [];
  const endRun = () => {
    if (run.length > 0) terms.push({ kind: run.length > 1 ? 'phrase' : 'word', words: run });
    run = [];
  };
  for (const word of words) {
    if (isSpacelessWord(word)) run.push(word);
    else {
      endRun();
      terms.push({ kind: 'word', words: [word] });
    }
  }
  endRun();
  return terms;
}

function limit(terms: Term[]): Term[] {
  let left = MAX_QUERY_WORDS;
  const kept: Term[] = [];
  for (const term of terms) {
    if (left === 0) break;
    const words = term.words.slice(0, left);
    left -= words.length;
    kept.push({ kind: term.kind, words });
  }
  return kept;
}
