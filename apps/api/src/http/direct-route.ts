import type { Type } from '@nestjs/common';
import type { AuthenticatedRequest } from '@sessions/access';
import type { FastifyInstance, FastifyReply, HTTPMethods } from 'fastify';

/**
 * A route that Fastify gives its requests to itself. Nest makes it and injects what it needs, but its guards, pipes and
 * interceptors are not gone through. Key, body and log line are the server's business for all routes alike, see
 * `prepareServer`, and errors that of `ErrorFilter`.
 */
export interface DirectRoute {
  /** Resolves with the body of the answer, or with the reply once it was given one. Rejects with what goes wrong. */
  handle(request: AuthenticatedRequest, reply: FastifyReply): Promise<unknown>;
}

/** The class of a direct route, and what it serves. */
export interface DirectRouteClass extends Type<DirectRoute> {
  readonly method: HTTPMethods;
  readonly path: string;
}

/** Has Fastify serve a direct route. One whose requests nobody admitted answers 500 rather than let them in. */
export function serveDirectly(
  server: FastifyInstance,
  { method, path: url }: DirectRouteClass,
  route: DirectRoute,
): void {
  server.route({
    method,
    url,
    handler: (request, reply) => {
      if (!isAuthenticated(request))
        throw new Error(`${method} ${url} is served without a key: see needsKey.`);
      return route.handle(request, reply);
    },
  });
}

function isAuthenticated(request: object): request is AuthenticatedRequest {
  return 'access' in request && request.access !== undefined;
}
