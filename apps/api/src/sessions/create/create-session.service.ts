import { Injectable } from '@nestjs/common';
import { mergeSession, sessionView } from '@sessions/contract';
import type { AcceptedSession, CreateSessionDto, SessionView } from '@sessions/contract';
import type { StoredAnswer } from '@sessions/storage';
import { acceptSession, UNNAMED } from './accept-session';
import { Acceptor } from './acceptor';
import type { Acceptance } from './acceptor';
import { Clock } from './clock';
import { IdempotentAnswers } from './idempotent-answers';
import type { IdempotentAnswer } from './idempotent-answers';

/** A valid request to create a session. */
export interface CreateRequest {
  projectId: string;
  body: CreateSessionDto;
  /** The body as it was sent. */
  text: string;
  idempotencyKey: string | undefined;
}

/** What the client is answered. */
export interface CreateAnswer extends IdempotentAnswer {
  /** The session's id, as clients see it. */
  sessionId: string;
}

/** Creates a session, or updates the one that its external record names, at most once for an idempotency key. */
@Injectable()
export class CreateSessionService {
  constructor(
    private readonly acceptor: Acceptor,
    private readonly clock: Clock,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** @throws ApiError 409, 422 about the idempotency key; 503 when the queue is full or away */
  create(request: CreateRequest): Promise<CreateAnswer> {
    const { idempotencyKey: key } = request;
    return key === undefined
      ? this.accept(request, UNNAMED, this.clock.next())
      : this.createOnce(request, key);
  }

  private async createOnce(request: CreateRequest, key: string): Promise<CreateAnswer> {
    const { projectId, text } = request;
    const answer = await this.answers.once({ projectId, key, text }, async ({ version, idOf }) => {
      const { status, body } = await this.accept(request, idOf(), version);
      return { status, body, final: true };
    });
    return { ...answer, sessionId: sessionIdIn(answer) };
  }

  /** Not `async`, which would keep body and text for as long as the session waits for the queue. */
  private accept(
    { projectId, body, text }: CreateRequest,
    id: string,
    version: number,
  ): Promise<CreateAnswer> {
    const session = acceptSession(projectId, body, id, version);
    return this.acceptor
      .accept([session], Buffer.byteLength(text))
      .then(([acceptance]) => answerOf(session, acceptance as Acceptance));
  }
}

function answerOf(session: AcceptedSession, { before, created }: Acceptance): CreateAnswer {
  const view = sessionView(mergeSession(before, session).record);
  return {
    status: created ? 201 : 200,
    body: JSON.stringify({ session: view }),
    sessionId: view.id,
    replayed: false,
  };
}

/** The id stands first in every answer, so that nothing else of it need be parsed. */
function sessionIdIn({ body }: StoredAnswer): SessionView['id'] {
  return /"id":"(sess_[0-9a-z]+)"/.exec(body)?.[1] ?? '';
}
