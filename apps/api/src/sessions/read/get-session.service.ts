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

  /** The session, a `SessionWithMessages` as JSON, or null when the project has none with this id. */
  async get(projectId: string, id: string): Promise<string | null> {
    // A session that was named after its job has one version only: once it is stored, nothing waits that changes it.
    if (jobNamedBy(id) !== undefined) {
      const stored = await this.reader.findJson(projectId, id);
      if (stored !== null) return stored;
    }
    // A dead letter that is replayed goes back to the queue, perhaps just after it was looked for there.
    return (await this.look(projectId, id)) ?? this.look(projectId, id);
  }

  /** The queue goes first: what has left it by then was committed, and the database shows it. */
  private async look(projectId: string, id: string): Promise<string | null> {
    const waiting = await this.queued.find(projectId, id);
    if (waiting.length > 0) {
      const stored = await this.reader.findWithMessages(projectId, id);
      return jsonOf(applyVersions(stored ?? NO_SESSION, waiting));
    }
    const stored = await this.reader.findJson(projectId, id);
    return stored ?? jsonOf(applyVersions(NO_SESSION, await this.deadLetters.find(projectId, id)));
  }
}

function jsonOf({ record, messages }: SessionState): string | null {
  if (record === null) return null;
  const found: SessionWithMessages = {
    session: sessionView(record),
    messages: messageViews(record.id, messages),
  };
  return JSON.stringify(found);
}
