import type { AcceptedSession } from '@sessions/contract';

/** Most that the messages of one session's versions take in memory, in characters, and what each takes beside its own. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const MESSAGE_CHARACTERS = 100;

/**
 * The versions of a session that wait, gathered as the jobs that hold them are read, the oldest first. A record that is
 * sent again and again while no worker stores it can have thousands: once their messages are too many to hold, those
 * between the oldest and the newest are let go, since the newest replace them. What is left makes the same session, but
 * for times that nobody sent: of messages, from the version in which each appeared first, and the session's own.
 */
export class WaitingVersions {
  private readonly versions: AcceptedSession[] = [];
  private characters = 0;
  /** The newest version with messages. */
  private newest: AcceptedSession | undefined;
  /** Place of the next version to let its messages go. */
  private next = 1;

  /** @param most characters of messages that are held, if that is enough for the oldest and the newest */
  constructor(private readonly most = MOST_CHARACTERS) {}

  add(accepted: AcceptedSession): void {
    this.versions.push(accepted);
    if (accepted.messages === undefined) return;
    this.characters += charactersOf(accepted);
    if (accepted.version >= (this.newest?.version ?? 0)) this.newest = accepted;
    for (; this.characters > this.most; this.next += 1) {
      const old = this.versions[this.next];
      if (old === undefined || old === this.newest) return;
      this.characters -= charactersOf(old);
      this.versions[this.next] = { ...old, messages: undefined };
    }
  }

  /** The oldest first. */
  inOrder(): AcceptedSession[] {
    return this.versions.sort((left, right) => left.version - right.version);
  }
}

function charactersOf({ messages = [] }: AcceptedSession): number {
  return messages.reduce((sum, { content }) => sum + content.length + MESSAGE_CHARACTERS, 0);
}
