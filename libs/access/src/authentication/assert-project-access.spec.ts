import { ApiError, encodeId, newUuid } from '@sessions/contract';
import type { Scope } from '../keys/scopes';
import { assertProjectAccess } from './assert-project-access';

describe('assertProjectAccess', () => {
  const projectId = newUuid();
  const access = {
    projectId,
    project: encodeId('proj', projectId),
    keyId: 'key_x',
    scopes: ['read'] as const,
  };

  /** The error of a refusal, or null when it passes. */
  function refusal(project: string, scope: Scope): ApiError | null {
    try {
      assertProjectAccess(access, project, scope);
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  it('passes the key of the project with the scope', () => {
    expect(refusal(access.project, 'read')).toBeNull();
  });

  it('answers 403 for another project and for one that cannot exist, in the same words', () => {
    for (const project of [encodeId('proj', newUuid()), projectId, 'proj_x', '']) {
      expect(refusal(project, 'read')).toMatchObject({
        status: 403,
        message: 'The API key does not have access to this project; use a key of the project.',
      });
    }
  });

  it('answers 403 naming the scope that is missing', () => {
    expect(refusal(access.project, 'write')).toMatchObject({
      status: 403,
      message: 'The API key lacks the scope "write"; use a key that has it.',
    });
  });
});
