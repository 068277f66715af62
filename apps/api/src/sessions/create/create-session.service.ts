import { Inject, Injectable } from '@nestjs/common';
import { ApiError, derivedUuid, newUuid, sessionView } from '@sessions/contract';
import type { CreateSessionDto, SessionView } from '@sessions/contract';
import { LOGGER } from '@sessions/runtime';
import type { Logger } from '@sessions/runtime';
import { IdempotencyKeys } from '@sessions/storage';
import type { StoredAnswer } from '@sessions/storage';
import { acceptSession } from './accept-session';
import { Acceptor } from './acceptor';
import { Clock } from './clock';

/** A valid request to create a session. */
export interface CreateRequest {
  projectId: string;
  body: CreateSessionDto;
  /** The body as it was sent, to tell whether a repeated key comes with the same one. */
  text: string;
  idempotencyKey: string | undefined;
}

/** What the client is answered. */
export interface CreateAnswer extends StoredAnswer {
  /** The session's id, as clients see it. */
  sessionId: string;
  /** Whether the answer is the first one, given again. */
  replayed: boolean;
}

/** Creates a session, or updates the one that its external record names, at most once for an idempotency key. */
@Injectable()
export class CreateSessionService {
  constructor(
    private readonly acceptor: Acceptor,
    private readonly clock: Clock,
    private readonly keys: IdempotencyKeys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws ApiError 409, 422 about the idempotency key; 503 when the queue is full or away */
  async create(request: CreateRequest): Promise<CreateAnswer> {
    if (request.idempotencyKey === undefined) {
      return this.accept(request, newUuid(), this.clock.next());
    }
    return this.createOnce(request, request.idempotencyKey);
  }

  private async createOnce(request: CreateRequest, key: string): Promise<CreateAnswer> {
    const claim = await this.keys.claim(request.projectId, key, request.text, this.clock.next());
    switch (claim.state) {
      case 'answered':
        return { ...claim.answer, sessionId: sessionIdIn(claim.answer), replayed: true };
      case 'in-flight':
        throw new ApiError(
          409,
          'A request with this Idempotency-Key is still in flight; try again in a moment.',
          {
            headers: { 'Retry-After': '1' },
          },
        );
      case 'other-body':
        throw new ApiError(
          422,
          'This Idempotency-Key was used with another body; use a new key for a new session.',
        );
      case 'mine':
        return this.answerFirst(request, key, claim.version);
    }
  }

  /** The id is derived from the key and the version is the claim's, so a takeover after a crash makes no second one. */
  private async answerFirst(request: CreateRequest, key: string, version: number): Promise<CreateAnswer> {
    const { projectId } = request;
    try {
      const answer = await this.accept(request, derivedUuid('idempotency', projectId, key), version);
      await this.keys.answer(projectId, key, answer);
      return answer;
    } catch (error) {
      await this.letGo(projectId, key);
      throw error;
    }
  }

  /** If this fails too, the key's lease ends by itself. */
  private async letGo(projectId: string, key: string): Promise<void> {
    try {
      await this.keys.release(projectId, key);
    } catch (err) {
      this.logger.debug({ err }, 'An idempotency key could not be let go; its lease ends by itself.');
    }
  }

  private async accept(
    { projectId, body, text }: CreateRequest,
    id: string,
    version: number,
  ): Promise<CreateAnswer> {
    const { record, created } = await this.acceptor.accept(
      acceptSession(projectId, body, id, version),
      Buffer.byteLength(text),
    );
    const session = sessionView(record);
    return {
      status: created ? 201 : 200,
      body: JSON.stringify({ session }),
      sessionId: session.id,
      replayed: false,
    };
  }
}

function sessionIdIn({ body }: StoredAnswer): string {
  return (JSON.parse(body) as { session: SessionView }).session.id;
}
