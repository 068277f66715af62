import { Inject, Injectable } from '@nestjs/common';
import { assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { BodyValidator, CreateSessionDto, invalid, parseProjectQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import type { FastifyReply } from 'fastify';
import type { DirectRoute } from '../../http/direct-route';
import { JsonBody } from '../../http/json-body';
import { CreateSessionService } from './create-session.service';
import type { CreateAnswer } from './create-session.service';
import { idempotencyKeyOf } from './idempotency-key';
import { SESSION_VALIDATOR } from './session-validator';

/** `POST /api/sessions` */
@Injectable()
export class CreateSessionRoute implements DirectRoute {
  static readonly method = 'POST';
  static readonly path = '/api/sessions';

  constructor(
    private readonly sessions: CreateSessionService,
    @Inject(SESSION_VALIDATOR) private readonly validator: BodyValidator<CreateSessionDto>,
  ) {}

  async handle(request: AuthenticatedRequest, reply: FastifyReply): Promise<string> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    const answer = await this.create(request, projectId);
    void reply
      .code(answer.status)
      .header('Location', `/api/sessions/${answer.sessionId}?projectId=${projectId}`)
      .type('application/json; charset=utf-8');
    if (answer.replayed) void reply.header('Idempotency-Replayed', 'true');
    return answer.body;
  }

  /** Apart from `handle`, which would keep the body while it waits. */
  private create(request: AuthenticatedRequest, projectId: string): Promise<CreateAnswer> {
    const idempotencyKey = idempotencyKeyOf(request);
    const { text, value } = JsonBody.take(request);
    const verdict = this.validator.check(value);
    if (!verdict.valid) throw invalid(verdict.details);
    assertProjectAccess(request.access, projectId, 'write');
    return this.sessions.create({
      projectId: request.access.projectId,
      body: value as CreateSessionDto,
      text,
      idempotencyKey,
    });
  }
}
