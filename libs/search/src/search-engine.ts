import type { AnalysisStatus, SessionSource, SessionStatus } from '@sessions/contract';
import type { ParsedQuery } from './text/query';

/** What a search engine holds of one session. Times are milliseconds since 1970, ids are database UUIDs. */
export interface SearchDocument {
  projectId: string;
  sessionId: string;
  /** Differs whenever anything else of the session does. The engine keeps it for comparisons with the database. */
  version: string;
  name: string | null;
  description: string | null;
  /** Contents of all messages, in order. */
  messages: string[];
  status: SessionStatus;
  source: SessionSource;
  tags: string[];
  isArchived: boolean;
  isHumanTakeover: boolean;
  analysisStatus: AnalysisStatus;
  contactId: string | null;
  /** Companies the session is linked to, and the company of its contact. */
  companyIds: string[];
  productScopeIds: string[];
  createdAt: number;
  lastActivityAt: number;
}

/** Hits of an engine that are counted exactly, ranked and paged through; of more only so many are told of. */
export const MAX_TOTAL_HITS = 10_000;

/** What of a page is to be had; nothing, at the end of what there is, for one that lies beyond. */
export function pageWithin({ offset, limit }: EnginePage): EnginePage {
  return {
    offset: Math.min(offset, MAX_TOTAL_HITS),
    limit: Math.max(0, Math.min(limit, MAX_TOTAL_HITS - offset)),
  };
}

/** A session that the engine is to forget. */
export interface SearchDocumentKey {
  projectId: string;
  sessionId: string;
}

/** The filters an engine applies itself. Absent means any. All of them must hold. */
export interface SearchFilters {
  sessionId?: string;
  status?: SessionStatus;
  source?: SessionSource;
  /** Any of these. */
  tags?: string[];
  /** Inclusive, milliseconds since 1970. */
  createdFrom?: number;
  /** Inclusive, milliseconds since 1970. */
  createdTo?: number;
  /** False leaves archived sessions out. */
  includeArchived: boolean;
  isHumanTakeover?: boolean;
  isAnalyzed?: boolean;
  companyId?: string;
  contactId?: string;
  /** Any of these. */
  productScopeIds?: string[];
}

/**
 * Sessions that wait in the outbox, whose indexed form may be stale: never among the hits. An engine may leave out all
 * `sessionIds`, or instead what was submitted under `claims` and the `maybeIndexed`, since it cannot hold the others.
 */
export interface Exclusion {
  sessionIds: string[];
  /** Claims of the outbox of which nothing is completed yet. */
  claims: string[];
  /** Those of the sessions that may be indexed otherwise than under one of the claims. */
  maybeIndexed: string[];
}

/** One search in one project. */
export interface EngineQuery extends EnginePage {
  projectId: string;
  query: ParsedQuery;
  filters: SearchFilters;
  /** Absent when nothing waits. */
  except?: Exclusion;
}

/** A part of the hits. */
export interface EnginePage {
  limit: number;
  offset: number;
}

/** Ids of the hits of one page, most relevant first, and how many match in all (exact up to 10,000). */
export interface EngineHits {
  sessionIds: string[];
  total: number;
  /** Set where the most hits that are looked at were cut down further, so that more may match than the total says. */
  isCut?: true;
}

/** How a batch that was sent to the engine ended. */
export type IndexOutcome =
  | { status: 'succeeded' }
  /**
   * The engine refused the batch as a whole; nothing of it is indexed. The reason is for operators. With `mayPass` it does
   * not say that what it was given is at fault: it may take the same later.
   */
  | { status: 'failed'; reason: string; mayPass?: true };

/** A batch that the engine has taken and may not have worked off yet. */
export interface IndexTask {
  /** Resolves when the engine says how the batch ended; rejects when the engine is away. */
  settled(): Promise<IndexOutcome>;
}

/** Takes documents in: the live index, or one that a rebuild is filling. */
export interface DocumentSink {
  /**
   * Hands a batch to the engine without waiting until it is indexed. Replaces documents of the same session.
   *
   * @param claim The claim of the outbox that the batch is the whole of. The engine may keep it with the documents, to
   *   leave them out of searches while they still wait.
   */
  submit(documents: SearchDocument[], removals: SearchDocumentKey[], claim?: string): Promise<IndexTask>;
}

/** What a search engine must do for the product. Every driver passes `test/conformance/search-engine`. */
export interface SearchEngine extends DocumentSink {
  /** `postgres` or `meilisearch`, for logs and health. */
  readonly name: string;
  /** How many sessions it is fed at a time when many wait. */
  readonly batchSize: number;
  /** How many batches it is handed before the first of them is done, when many sessions wait. */
  readonly batchesInFlight: number;
  /** Milliseconds for which sessions gather before it is handed the next batch, while few wait. */
  readonly lingerMs: number;
  /** Whether `prepare` would change nothing. */
  isPrepared(): Promise<boolean>;
  /** Creates what the engine needs and brings its settings up to date, sending them only when they differ. */
  prepare(): Promise<void>;
  search(query: EngineQuery): Promise<EngineHits>;
  /** Rejects with a sentence for operators when the engine cannot serve. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Injection token of the engine that the configuration chose. */
export const SEARCH_ENGINE = Symbol('SEARCH_ENGINE');

/**
 * Thrown by `search`, and by all that inspects an index, when the engine cannot be reached or cannot serve; the message is
 * for operators.
 */
export class SearchAwayError extends Error {}
