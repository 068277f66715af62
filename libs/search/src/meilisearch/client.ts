import { Meilisearch } from 'meilisearch';
import { SearchAwayError } from '../search-engine';
import { errorCode, isRefusedKey } from './errors';

const REQUEST_TIMEOUT_MS = 30_000;

/** People wait for a search, and one takes milliseconds, a second at most: longer, and the server hangs. */
export const SEARCH_TIMEOUT_MS = 5_000;

/**
 * Compressed answers leave Meilisearch in several packets, the last of which waits for the acknowledgement of the
 * first: 45 ms instead of 5 for a page of 50.
 */
const UNCOMPRESSED = { 'Accept-Encoding': 'identity' };

/** Where the Meilisearch server is. */
export interface MeilisearchOptions {
  url: string;
  apiKey?: string | undefined;
  /** Name of the index. */
  index: string;
}

/** A client of the server that waits so many milliseconds for each answer. */
export function createClient(
  { url, apiKey }: MeilisearchOptions,
  timeout: number = REQUEST_TIMEOUT_MS,
): Meilisearch {
  return new Meilisearch({
    host: url,
    ...(apiKey === undefined ? {} : { apiKey }),
    timeout,
    requestInit: { headers: UNCOMPRESSED },
  });
}

/**
 * Resolves when the server answers a search, or says that there is no index yet: healthy it says it is whatever the key.
 *
 * @throws SearchAwayError that tells an operator what to look at
 */
export async function checkServes(client: Meilisearch, { url, index }: MeilisearchOptions): Promise<void> {
  try {
    await client.index(index).search('', { limit: 0 });
  } catch (error) {
    if (errorCode(error) !== 'index_not_found') throw awayError(url, error);
  }
}

/** What an operator is told instead of the client's own message, which names the whole address, or only the key. */
export function awayError(url: string, cause: unknown): SearchAwayError {
  const message = isRefusedKey(cause)
    ? `Meilisearch at ${url} refuses the key: correct MEILI_API_KEY.`
    : `Meilisearch does not answer at ${url}. Start it, or correct MEILI_URL.`;
  return new SearchAwayError(message, { cause });
}
