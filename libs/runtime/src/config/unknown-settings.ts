import { distance } from 'fastest-levenshtein';
import { settings } from './settings';

/** Prefixes that only our own settings use: a variable that begins with one and is none of ours is a mistake. */
const OWN_PREFIXES = ['INGEST_', 'LIMIT_', 'PERSIST_', 'QUEUE_', 'SEARCH_', 'SHUTDOWN_', 'WORKER_'];

/** Variables that Kubernetes sets for every service, which may be called `worker` or `search`. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP)\w*)?)$/;

/** Edits that make a known name into one that was meant to be it, such as `REDIS_URI`. Short names are left alone. */
const TYPO_EDITS = 2;
const SHORTEST_TYPO = 8;

/** A sentence for every variable that was meant to be a setting and is none. */
export function unknownSettings(environment: Record<string, string | undefined>): string[] {
  const known = Object.keys(settings);
  return Object.keys(environment).flatMap((name) => {
    if (known.includes(name) || SERVICE_LINK.test(name)) return [];
    const meant = known.filter(
      (setting) => name.length >= SHORTEST_TYPO && distance(name, setting) <= TYPO_EDITS,
    );
    const prefix = OWN_PREFIXES.find((candidate) => name.startsWith(candidate));
    if (meant.length > 0) return [`${name} is not a setting; did you mean ${meant.join(' or ')}?`];
    if (prefix === undefined) return [];
    return [
      `${name} is not a setting. Known are ${known.filter((one) => one.startsWith(prefix)).join(', ')}.`,
    ];
  });
}
