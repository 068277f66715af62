import type { SearchDocument } from '../search-engine';
import type { SessionWords } from '../text/matcher';
import { sessionWords } from '../text/matcher';
import { tokenize } from '../text/tokenizer';
import { lexemeChunks, projectKey, segmentKey } from './lexemes';
import type { NewWords } from './new-words';

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
  /** The text as phrases are looked for in it: our words, a line for each name, description and message. */
  body: string;
}

/** Prepares sessions for a segment of the tables of the Postgres engine; `newWords` gathers what their words are. */
export function documentRows(
  documents: Iterable<SearchDocument>,
  segment: number,
  newWords?: NewWords,
): DocumentRow[] {
  const keys = new Map<string, string>();
  return Array.from(documents, (document) => {
    const key = keys.get(document.projectId) ?? projectKey(document.projectId);
    keys.set(document.projectId, key);
    const words = sessionWords([document.name, document.description, ...document.messages]);
    newWords?.add(document.projectId, words.distinct);
    return documentRow(document, words, segment, key);
  });
}

function documentRow(
  document: SearchDocument,
  words: SessionWords,
  segment: number,
  key: string,
): DocumentRow {
  // The empty word is one that all sessions hold, for queries that only exclude.
  const distinct = [...words.distinct];
  const [lexemes = '', ...more] = lexemeChunks(segmentKey(key, segment), ['', ...distinct]);
  return {
    document,
    segment,
    title: lexemeChunks(key, [...new Set(tokenize(document.name ?? ''))])[0] ?? '',
    lexemes: more.length === 0 ? lexemes : null,
    chunks: more.length === 0 ? [] : lexemeChunks(key, distinct),
    body: words.lines,
  };
}
