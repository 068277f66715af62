import { ApiError, newUuid } from '@sessions/contract';
import type { Scope } from '../keys/scopes';
import { assertProjectAccess } from './assert-project-access';

describe('assertProjectAccess', () => {
  const access = { projectId: newUuid(), keyId: 'key_x', scopes: ['read'] as const };

  /** The error of a refusal, or null when it passes. */
  function refusal(projectId: string | null, scope: Scope): ApiError | null {
    try {
      assertProjectAccess(access, projectId, scope);
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  it('passes the key of the project with the scope', () => {
    expect(refusal(access.projectId, 'read')).toBeNull();
  });

  it('answers 403 for another project and for one that cannot exist, in the same words', () => {
    for (const projectId of [newUuid(), null]) {
      expect(refusal(projectId, 'read')).toMatchObject({
        status: 403,
        message: 'The API key does not have access to this project; use a key of the project.',
      });
    }
  });

  it('answers 403 naming the scope that is missing', () => {
    expect(refusal(access.projectId, 'write')).toMatchObject({
      status: 403,
      message: 'The API key lacks the scope "write"; use a key that has it.',
    });
  });
});
