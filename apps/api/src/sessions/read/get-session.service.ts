import { Injectable } from '@nestjs/common';
import { applyVersions, messageViews, NO_SESSION, sessionView } from '@sessions/contract';
import type { MessageView, SessionState, SessionView } from '@sessions/contract';
import { AcceptedSessions, jobNamedBy } from '@sessions/queue';
import { DeadLetters, SessionReader } from '@sessions/storage';

/** A session with its whole history. */
export interface SessionWithMessages {
  session: SessionView;
  messages: MessageView[];
}

/** Finds a session right after it was accepted: what is stored, and on top of it what still waits in the queue. */
@Injectable()
export class GetSessionService {
  constructor(
    private readonly reader: SessionReader,
    private readonly queued: AcceptedSessions,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** The session, or null when the project has none with this id. */
  async get(projectId: string, id: string): Promise<SessionWithMessages | null> {
    // A session that was named after its job has one version only: once it is stored, nothing waits that changes it.
    if (jobNamedBy(id) !== undefined) {
      const stored = await this.reader.findWithMessages(projectId, id);
      if (stored !== null) return viewOf(stored);
    }
    // A dead letter that is replayed goes back to the queue, perhaps just after it was looked for there.
    return (await this.look(projectId, id)) ?? this.look(projectId, id);
  }

  /** The queue goes first: what has left it by then was committed, and the database shows it. */
  private async look(projectId: string, id: string): Promise<SessionWithMessages | null> {
    const waiting = await this.queued.find(projectId, id);
    const stored = await this.reader.findWithMessages(projectId, id);
    if (stored !== null || waiting.length > 0) return viewOf(applyVersions(stored ?? NO_SESSION, waiting));
    const refused = await this.deadLetters.find(projectId, id);
    return viewOf(applyVersions(NO_SESSION, refused));
  }
}

function viewOf({ record, messages }: SessionState): SessionWithMessages | null {
  return record && { session: sessionView(record), messages: messageViews(record.id, messages) };
}
