import { Injectable } from '@nestjs/common';
import { assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { ApiError, decodeId, parseProjectQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import type { FastifyReply } from 'fastify';
import type { DirectRoute } from '../../http/direct-route';
import { GetSessionService } from './get-session.service';

/** `GET /api/sessions/:sessionId` */
@Injectable()
export class GetSessionRoute implements DirectRoute {
  static readonly method = 'GET';
  static readonly path = '/api/sessions/:sessionId';

  constructor(private readonly sessions: GetSessionService) {}

  async handle(request: AuthenticatedRequest, reply: FastifyReply): Promise<Buffer> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    assertProjectAccess(request.access, projectId, 'read');
    const id = decodeId('sess', (request.params as { sessionId: string }).sessionId);
    const found = id === null ? null : await this.sessions.get(request.access.projectId, id);
    if (found === null) throw new ApiError(404, 'There is no session with this id in the project.');
    void reply.type('application/json; charset=utf-8');
    return Buffer.from(found);
  }
}
