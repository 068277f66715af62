import type { SearchDocument } from '../search-engine';
import { tokenize } from '../text/tokenizer';
import { lexemeChunks, projectKey } from './lexemes';

/** A session on its way into `search_documents` and, when its words do not fit there, `search_chunks`. */
export interface DocumentRow {
  document: SearchDocument;
  /** Lexemes of the name, separated by spaces. */
  title: string;
  /** Lexemes of the whole session; more than one entry when a `tsvector` cannot hold them. */
  chunks: string[];
  /** All words in order, a line for each text, with spaces around every word, for finding phrases. */
  body: string;
  distinctWords: Set<string>;
}

/** Prepares a session for the tables of the Postgres engine. */
export function documentRow(document: SearchDocument): DocumentRow {
  const key = projectKey(document.projectId);
  const name = tokenize(document.name ?? '');
  const distinctWords = new Set(name);
  const lines = [name.join(' ')];
  for (const text of [document.description ?? '', ...document.messages]) {
    const words = tokenize(text);
    for (const word of words) distinctWords.add(word);
    lines.push(words.join(' '));
  }
  return {
    document,
    title: lexemeChunks(key, new Set(name))[0] ?? '',
    chunks: lexemeChunks(key, distinctWords),
    body: lines.map((line) => ` ${line} `).join('\n'),
    distinctWords,
  };
}
