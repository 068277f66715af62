import type { SearchDocument } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { sessionWords } from '../text/matcher';
import { tokenize } from '../text/tokenizer';
import { lexemeChunks, projectKey, segmentKey } from './lexemes';

/** A session on its way into `search_documents` and, when its words do not fit there, `search_chunks`. */
export interface DocumentRow {
  document: SearchDocument;
  segment: number;
  /** Lexemes of the name, of no segment, separated by spaces. */
  title: string;
  /** Lexemes of the whole session in its segment; null when a `tsvector` cannot hold them. */
  lexemes: string | null;
  /** Lexemes, of no segment, of a session that one `tsvector` cannot hold; else none. */
  chunks: string[];
  words: SessionWords;
}

/** Prepares a session for a segment of the tables of the Postgres engine. */
export function documentRow(document: SearchDocument, segment: number): DocumentRow {
  const key = projectKey(document.projectId);
  const words = sessionWords([document.name, document.description, ...document.messages]);
  // The empty word is one that all sessions hold, for queries that only exclude.
  const [lexemes = '', ...more] = lexemeChunks(segmentKey(key, segment), ['', ...words.distinct]);
  return {
    document,
    segment,
    title: lexemeChunks(key, new Set(tokenize(document.name ?? '')))[0] ?? '',
    lexemes: more.length === 0 ? lexemes : null,
    chunks: more.length === 0 ? [] : lexemeChunks(key, words.distinct),
    words,
  };
}
