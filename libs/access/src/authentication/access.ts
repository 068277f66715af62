import type { FastifyRequest } from 'fastify';
import type { Scope } from '../keys/scopes';

/** What a valid API key gives access to. */
export interface Access {
  /** UUID of the one project that the key belongs to. */
  readonly projectId: string;
  /** The project's id as people see it (`proj_…`), written out once a key and not once a request. */
  readonly project: string;
  /** The key's id as people see it (`key_…`), fit for logs. */
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/** A request that `ApiKeyGuard` let through. */
export interface AuthenticatedRequest extends FastifyRequest {
  access: Access;
}
