import type { Logger } from '@sessions/runtime';

/** Milliseconds in which errors of one kind are logged once. */
const QUIET_MS = 60_000;

/**
 * Logs what the queue's connections and workers report: lost connections, and also locks that were lost or servers that
 * are full or read only. A kind of error is logged once a minute, since every connection to a backend that is away
 * reports every attempt; another kind is news.
 */
export function errorReporter(logger: Pick<Logger, 'warn'>): (error: Error) => void {
  const quietUntil = new Map<string, number>();
  return (error) => {
    const kind = kindOf(error);
    if (Date.now() < (quietUntil.get(kind) ?? 0)) return;
    quietUntil.set(kind, Date.now() + QUIET_MS);
    logger.warn({ err: error }, 'The queue reports an error; what it holds is kept, and tried again.');
  };
}

/** Redis says the kind by its answer's first word (`OOM`, `READONLY`), all others by their code or name. */
function kindOf(error: Error & { code?: unknown }): string {
  if (error.name === 'ReplyError') return error.message.split(' ', 1).join();
  return typeof error.code === 'string' || typeof error.code === 'number' ? String(error.code) : error.name;
}
