import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiError } from '@sessions/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiter } from '../limits/rate-limiter';
import type { Access, AuthenticatedRequest } from './access';
import { AccessUnavailableError } from './access-unavailable.error';
import { Authenticator } from './authenticator';
import { PUBLIC } from './public.decorator';

const BEARER = /^bearer +(\S+) *$/i;

/**
 * Lets a request pass that carries a valid API key and is within the key's rate limit, and puts what the key gives
 * access to on the request. Answers nothing but 401 (and 429, 503): validation comes before 403, which is
 * `assertProjectAccess`'s.
 *
 * The server calls `admit` before it reads a body, so that only the owner of a key can make it read one. As a guard
 * of every route of Nest's it stops whatever a new route forgot: a request that nobody admitted, to a route that is not
 * public. A direct route does so itself.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly rateLimiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.isPublic(context)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & Partial<AuthenticatedRequest>>();
    if (!request.access) await this.admit(request, http.getResponse<FastifyReply>());
    return true;
  }

  /**
   * Checks the key, counts the request, and says what is left of the key's limit in the answer's headers: at once for a
   * key in memory, since nearly all are, and a promise costs a request more than all of it.
   *
   * @returns undefined when it is done, or a promise of that, which rejects with what this throws
   * @throws ApiError 401 without a valid key, 429 beyond the limit; AccessUnavailableError when nobody can tell.
   */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const key = presentedKey(request);
    const remembered = this.authenticator.recall(key);
    if (remembered === undefined) return this.admitNew(key, request, reply);
    this.admitWith(remembered, request, reply);
    return undefined;
  }

  /**
   * Whether the key of an admitted request is still valid. Where nobody can tell, as while the database is away, it
   * counts as valid: else every outage of the database would end all streams.
   */
  async stillAdmits(request: FastifyRequest): Promise<boolean> {
    try {
      return (await this.authenticator.authenticate(presentedKey(request))) !== null;
    } catch (error) {
      if (error instanceof AccessUnavailableError) return true;
      throw error;
    }
  }

  private async admitNew(key: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.admitWith(await this.authenticator.lookUp(key), request, reply);
  }

  private admitWith(access: Access | null, request: FastifyRequest, reply: FastifyReply): void {
    if (access === null) throw badKey();
    (request as AuthenticatedRequest).access = access;
    void reply.headers(this.rateLimiter.take(access.keyId));
  }

  private isPublic(context: ExecutionContext): boolean {
    return (
      this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()]) ?? false
    );
  }
}

function presentedKey({ headers: { authorization } }: FastifyRequest): string {
  if (authorization === undefined) throw missingKey('There is no API key');
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw missingKey('The Authorization header holds no bearer token');
  return key;
}

function missingKey(problem: string): ApiError {
  const message = `${problem}: send your API key in the header "Authorization: Bearer hiss_...".`;
  return new ApiError(401, message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}

function badKey(): ApiError {
  return new ApiError(401, 'The API key is mistyped, revoked or expired; check it, or ask for a new one.', {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
}
