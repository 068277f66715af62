/** Settings that say where things are, secrets included. */
const SHARED = [
  'DATABASE_URL',
  'REDIS_URL',
  'QUEUE_NAME',
  'MEILI_URL',
  'MEILI_API_KEY',
  'SEARCH_INDEX',
] as const;

/** Those of the settings that other commands must share with a running `start`, or they work on another product. */
export function sharedSettings(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SHARED.map((name) => [name, environment[name] ?? ''] as const).filter(([, value]) => value),
  );
}
