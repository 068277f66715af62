import type { SearchDocument } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { sessionWords } from '../text/matcher';
import { tokenize } from '../text/tokenizer';
import { lexemeChunks, projectKey } from './lexemes';

/** A session on its way into `search_documents` and, when its words do not fit there, `search_chunks`. */
export interface DocumentRow {
  document: SearchDocument;
  /** Lexemes of the name, separated by spaces. */
  title: string;
  /** Lexemes of the whole session; more than one entry when a `tsvector` cannot hold them. */
  chunks: string[];
  words: SessionWords;
}

/** Prepares a session for the tables of the Postgres engine. */
export function documentRow(document: SearchDocument): DocumentRow {
  const key = projectKey(document.projectId);
  const words = sessionWords([document.name, document.description, ...document.messages]);
  return {
    document,
    title: lexemeChunks(key, new Set(tokenize(document.name ?? '')))[0] ?? '',
    chunks: lexemeChunks(key, words.distinct),
    words,
  };
}
