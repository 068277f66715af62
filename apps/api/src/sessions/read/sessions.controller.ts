import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { ApiError, decodeId, parseListQuery, parseProjectQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import { SessionStats } from '@sessions/storage';
import type { ProjectStats } from '@sessions/storage';
import type { FastifyReply } from 'fastify';
import { GetSessionService } from './get-session.service';
import type { SessionWithMessages } from './get-session.service';
import { ListSessionsService } from './list-sessions.service';
import type { SessionList } from './list-sessions.service';

/** `GET /api/sessions` and `GET /api/sessions/:sessionId` */
@Controller('api/sessions')
export class SessionsController {
  constructor(
    private readonly lists: ListSessionsService,
    private readonly gets: GetSessionService,
    private readonly stats: SessionStats,
  ) {}

  @Get()
  async list(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionList | { stats: ProjectStats }> {
    const query = parseListQuery(request.query as RawQuery);
    assertProjectAccess(request.access, decodeId('proj', query.projectId), 'read');
    const { projectId } = request.access;
    if (query.stats) return { stats: await this.stats.of(projectId) };
    const { list, searchBehind } = await this.lists.list(projectId, query);
    if (searchBehind > 0) void reply.header('X-Search-Behind', String(searchBehind));
    return list;
  }

  @Get(':sessionId')
  async get(
    @Req() request: AuthenticatedRequest,
    @Param('sessionId') sessionId: string,
  ): Promise<SessionWithMessages> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    assertProjectAccess(request.access, decodeId('proj', projectId), 'read');
    const id = decodeId('sess', sessionId);
    const found = id === null ? null : await this.gets.get(request.access.projectId, id);
    if (found === null) throw new ApiError(404, 'There is no session with this id in the project.');
    return found;
  }
}
