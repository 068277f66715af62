/** Settings that say where things are, secrets included, and when the queue is full. */
const SHARED = [
  'DATABASE_URL',
  'REDIS_URL',
  'QUEUE_NAME',
  'MEILI_URL',
  'MEILI_API_KEY',
  'SEARCH_INDEX',
  'INGEST_MAX_BACKLOG',
  'INGEST_MAX_MEMORY_PERCENT',
] as const;

/**
 * Those of the settings that other commands must share with a running `start`, or they work on another product; null for
 * what is not set.
 */
export function sharedSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(SHARED.map((name) => [name, environment[name] || null]));
}
