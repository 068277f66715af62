import { MeilisearchApiError, MeilisearchError } from 'meilisearch';

/** Codes of answers and tasks by which Meilisearch says that the documents, not itself, are at fault. */
const REFUSALS = ['payload_too_large', 'malformed_payload', 'bad_request', 'missing_payload'];

/** Codes of failed tasks that say nothing about the documents: the same batch may succeed later. */
const ENGINE_FAULTS = [
  'no_space_left_on_device',
  'too_many_open_files',
  'io_error',
  'database_size_limit_reached',
  'max_fields_limit_exceeded',
  'invalid_store_file',
  // The index was deleted, or it was and this task has created one that nobody has set up.
  'index_not_found',
  'index_primary_key_multiple_candidates_found',
];

/** The stable code of an answer of Meilisearch (`index_not_found`), or undefined when none came. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof MeilisearchApiError ? error.cause?.code : undefined;
}

/** Whether Meilisearch does not know our key, or does not let it do this. */
export function isRefusedKey(error: unknown): boolean {
  return error instanceof MeilisearchApiError && [401, 403].includes(error.response.status);
}

/** Whether Meilisearch did not answer, or answered that it cannot serve or does not know our key. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof MeilisearchApiError)) return error instanceof MeilisearchError;
  return error.response.status >= 500 || error.response.status === 429 || isRefusedKey(error);
}

/** Whether an answer refuses what was sent, so that sending less may succeed. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.includes(errorCode(error) ?? '');
}

/**
 * Whether a task failed of an error that Meilisearch has no name for: of a document that it cannot cope with, or of its own
 * want of memory or disk.
 */
export function isUnexplained(code: string): boolean {
  return code === 'internal';
}

/** Whether a task failed for a reason that lies in the engine. */
export function isEngineFault(code: string): boolean {
  return ENGINE_FAULTS.includes(code);
}
