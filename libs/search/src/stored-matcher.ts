import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@sessions/runtime';
import { keyText } from './document-keys';
import { loadDocuments, loadSized } from './outbox/session-loader';
import { matches } from './text/matcher';
import type { ParsedQuery } from './text/query';
import { wordsInTurns } from './text/words-in-turns';

/** Sessions that are loaded at once, and the most bytes of text that they have together; a longer one comes alone. */
const AT_ONCE = 500;
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** Most bytes of text that are looked through for one query, and after which others get a turn. */
const MAX_BYTES = 64 * 1024 * 1024;
const BYTES_PER_TURN = 256 * 1024;

/** Looks through stored sessions one by one, with the matcher that defines search, for what no index can tell. */
export class StoredMatcher {
  constructor(private readonly database: Database) {}

  /**
   * Those of the sessions that match, in their order, as far as 64 MiB of text reach. About 50 µs for one like the
   * documented example, by estimate.
   */
  async matching(projectId: string, sessionIds: readonly string[], query: ParsedQuery): Promise<string[]> {
    const matching: string[] = [];
    let [bytes, turn] = [0, 0];
    for (let from = 0; from < sessionIds.length; from += AT_ONCE) {
      const keys = sessionIds.slice(from, from + AT_ONCE).map((sessionId) => ({ projectId, sessionId }));
      const found = await loadSized(this.database, keys, BYTES_AT_ONCE / AT_ONCE);
      for (const key of keys) {
        const session = found.get(keyText(key));
        if (session === undefined) continue;
        bytes += session.bytes;
        if (bytes > MAX_BYTES) return matching;
        turn += session.bytes;
        if (turn > BYTES_PER_TURN) {
          turn = 0;
          await nextTurn();
        }
        const document = session.document ?? (await loadDocuments(this.database, [key]))[0];
        if (document === undefined) continue;
        const words = await wordsInTurns([document.name, document.description, ...document.messages]);
        if (matches(query, words)) matching.push(key.sessionId);
      }
    }
    return matching;
  }
}
