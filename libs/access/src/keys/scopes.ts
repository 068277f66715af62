import { invalid } from '@sessions/contract';

/** What a key may do: `read` lists, gets and searches sessions; `write` creates and updates them. */
export const SCOPES = ['read', 'write'] as const;
export type Scope = (typeof SCOPES)[number];

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/**
 * The scopes without repeats, in the order of `SCOPES`.
 *
 * @throws ApiError 400 when there is none, or one that does not exist.
 */
export function checkedScopes(scopes: readonly string[]): Scope[] {
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined || scopes.length === 0) {
    const problem = unknown === undefined ? 'must not be empty' : `has no ${JSON.stringify(unknown)}`;
    throw invalid([{ field: 'scopes', message: `scopes ${problem}: allowed are ${SCOPES.join(' and ')}.` }]);
  }
  return SCOPES.filter((scope) => scopes.includes(scope));
}
