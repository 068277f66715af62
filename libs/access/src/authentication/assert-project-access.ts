import { ApiError } from '@sessions/contract';
import type { Scope } from '../keys/scopes';
import type { Access } from './access';

/**
 * Refuses a request for a project that is not the key's, or for what the key's scopes do not cover. Routes call it
 * after validation, as 400 goes before 403. The project is an id as clients write it; one that is none of ours is
 * answered like any other project that is not the key's, so that nobody learns which projects exist.
 *
 * @throws ApiError 403 naming what is missing.
 */
export function assertProjectAccess(access: Access, project: string, scope: Scope): void {
  if (project !== access.project) {
    throw new ApiError(403, 'The API key does not have access to this project; use a key of the project.');
  }
  if (!access.scopes.includes(scope)) {
    throw new ApiError(403, `The API key lacks the scope "${scope}"; use a key that has it.`);
  }
}
