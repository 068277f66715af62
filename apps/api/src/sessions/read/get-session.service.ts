import { Injectable } from '@nestjs/common';
import { mergeSession, messageViews, sessionView, timeMessages, versionTime } from '@sessions/contract';
import type {
  AcceptedSession,
  MessageView,
  SessionRecord,
  SessionView,
  TimedMessage,
} from '@sessions/contract';
import { AcceptedSessions } from '@sessions/queue';
import { DeadLetters, SessionReader } from '@sessions/storage';

/** A session with its whole history. */
export interface SessionWithMessages {
  session: SessionView;
  messages: MessageView[];
}

interface State {
  record: SessionRecord | null;
  messages: TimedMessage[];
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
    // A dead letter that is replayed goes back to the queue, perhaps just after it was looked for there.
    return (await this.look(projectId, id)) ?? this.look(projectId, id);
  }

  private async look(projectId: string, id: string): Promise<SessionWithMessages | null> {
    const [waiting, stored] = await Promise.all([
      this.queued.find(projectId, id),
      this.stored(projectId, id),
    ]);
    if (stored.record !== null || waiting.length > 0) return viewOf(waiting.reduce(apply, stored));
    // Between the two looks the session may have left the queue for the database, or for the dead letters.
    const again = await this.stored(projectId, id);
    if (again.record !== null) return viewOf(again);
    const refused = await this.deadLetters.find(projectId, id);
    return viewOf(refused.reduce(apply, again));
  }

  private async stored(projectId: string, id: string): Promise<State> {
    const [record, messages] = await Promise.all([
      this.reader.find(projectId, id),
      this.reader.messages(projectId, id),
    ]);
    return { record, messages };
  }
}

/** What is seen once a waiting version will have been stored. */
function apply(state: State, version: AcceptedSession): State {
  const { record, messagesChanged } = mergeSession(state.record, version);
  const messages = messagesChanged
    ? timeMessages(version.messages ?? [], versionTime(version.version), state.messages)
    : state.messages;
  return { record, messages };
}

function viewOf({ record, messages }: State): SessionWithMessages | null {
  return record && { session: sessionView(record), messages: messageViews(record.id, messages) };
}
