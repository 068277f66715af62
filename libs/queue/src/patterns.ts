import type { AcceptedSession } from '@sessions/contract';

/** A job that carries one or many accepted sessions. */
export const SESSIONS_ACCEPTED = 'sessions.accepted';

/** A hint that rows wait in the search outbox. Losing one costs a second, since the indexer also looks by itself. */
export const OUTBOX_READY = 'outbox.ready';

/** What a job of each pattern carries. */
export interface Patterns {
  [SESSIONS_ACCEPTED]: { sessions: AcceptedSession[] };
  [OUTBOX_READY]: Record<string, never>;
}

/** A message pattern of this product. */
export type Pattern = keyof Patterns;
