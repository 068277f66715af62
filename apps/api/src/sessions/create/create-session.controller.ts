import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { BodyValidator, CreateSessionDto, decodeId, invalid, parseProjectQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import type { FastifyReply } from 'fastify';
import { JsonBody } from '../../http/json-body';

import { CreateSessionService } from './create-session.service';
import { idempotencyKeyOf } from './idempotency-key';
import { SESSION_VALIDATOR } from './session-validator';

/** `POST /api/sessions` */
@Controller('api/sessions')
export class CreateSessionController {
  constructor(
    private readonly sessions: CreateSessionService,
    @Inject(SESSION_VALIDATOR) private readonly validator: BodyValidator<CreateSessionDto>,
  ) {}

  @Post()
  async create(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    const idempotencyKey = idempotencyKeyOf(request);
    const { text, value } = JsonBody.of(request);
    const verdict = this.validator.check(value);
    if (!verdict.valid) throw invalid(verdict.details);
    assertProjectAccess(request.access, decodeId('proj', projectId), 'write');
    const answer = await this.sessions.create({
      projectId: request.access.projectId,
      body: value as CreateSessionDto,
      text,
      idempotencyKey,
    });
    void reply
      .code(answer.status)
      .header('Location', `/api/sessions/${answer.sessionId}?projectId=${projectId}`)
      .type('application/json; charset=utf-8');
    if (answer.replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.send(answer.body);
  }
}
