import type { DocumentSink, SearchDocumentKey } from './search-engine';

/** Which documents of the index are walked through. */
export type IndexScope =
  | { projectId: string }
  /** Those of no known project, and those that say no project at all. */
  | { notOf: readonly string[] };

/** Some of the documents that an index holds, in the engine's own order. */
export interface IndexPage {
  keys: SearchDocumentKey[];
  /** Ids of documents that the product cannot have written, since they name no session. */
  foreign: string[];
  /** Where the next page begins; null after the last. */
  next: string | null;
}

/** What the engine has taken and not worked off yet. */
export interface EngineTasks {
  waiting: number;
  processing: number;
}

/** An empty index beside the live one. Searches do not see it before `swap()`. */
export interface FreshIndex extends DocumentSink {
  /** Makes it the live one at a stroke and deletes what was live. What is submitted to the engine from then on, goes into it. */
  swap(): Promise<void>;
}

/**
 * Looks into what an engine holds, for operators: searching and inspecting are separate interfaces. Every driver passes
 * `test/conformance/search-engine/admin.test.ts`. All methods reject when the engine is away.
 */
export interface SearchIndexAdmin {
  /** The engine's name, as `SearchEngine.name`. */
  readonly name: string;
  /** All documents of the live index. */
  total(): Promise<number>;
  /** The documents of each of these projects; 0 for those that have none. */
  counts(projectIds: readonly string[]): Promise<Map<string, number>>;
  /** The versions of those of the sessions that are indexed, by `keyText`. Empty for one that is not as it was written. */
  versions(keys: readonly SearchDocumentKey[]): Promise<Map<string, string>>;
  /** The documents of a scope, page by page. Documents that are removed meanwhile may make it pass over others. */
  page(scope: IndexScope, from: string | null, limit: number): Promise<IndexPage>;
  /** Removes documents that name no session. */
  removeForeign(ids: readonly string[]): Promise<void>;
  /** What the engine's own queue holds of the live index, or null for an engine that has none. */
  tasks(): Promise<EngineTasks | null>;
  /** Creates an empty index, in place of one that a killed rebuild left behind. One at a time. */
  openFresh(): Promise<FreshIndex>;
  /** Rejects with a sentence for operators when the engine cannot serve. */
  check(): Promise<void>;
  close(): Promise<void>;
}
