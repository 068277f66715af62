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

const NOTHING: State = { record: null, messages: [] };

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

  /** The queue goes first: what has left it by then was committed, and the database shows it. */
  private async look(projectId: string, id: string): Promise<SessionWithMessages | null> {
    const waiting = await this.queued.find(projectId, id);
    const stored = await this.reader.findWithMessages(projectId, id);
    if (stored !== null || waiting.length > 0) return viewOf(waiting.reduce(apply, stored ?? NOTHING));
    const refused = await this.deadLetters.find(projectId, id);
    return viewOf(refused.reduce(apply, NOTHING));
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
