import type { SearchDocumentKey } from './search-engine';

/** One text for a session's key, for maps. */
export function keyText({ projectId, sessionId }: SearchDocumentKey): string {
  return `${projectId} ${sessionId}`;
}

/** Keys as the two arrays that statements unnest. */
export function keyColumns(keys: readonly SearchDocumentKey[]): [string[], string[]] {
  return [keys.map(({ projectId }) => projectId), keys.map(({ sessionId }) => sessionId)];
}
