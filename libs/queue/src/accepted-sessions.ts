import { Inject, Injectable } from '@nestjs/common';
import { newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { QUEUE_BACKEND } from './backends/queue-backend';
import type { QueueBackend } from './backends/queue-backend';
import type { Claim } from './locator/session-locator';
import { SESSIONS_ACCEPTED } from './patterns';
import { QueueClient } from './transport/queue-client';

/** A session's place among those of all projects. */
export type SessionKey = Pick<AcceptedSession, 'projectId' | 'id'>;

/** The accepted sessions that wait to be stored: put in by the API, found by it, and forgotten by the worker. */
@Injectable()
export class AcceptedSessions {
  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    private readonly client: QueueClient,
  ) {}

  /** A name for a job that is about to be made. */
  newJobId(): string {
    return `group-${newUuid()}`;
  }

  /** Notes which job will hold sessions that have no external record, so that nobody else can be sending them too. */
  note(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    return this.backend.locator.note(jobId, sessions);
  }

  /**
   * Notes which job will hold the sessions, and orders the versions of external records that others may be sending
   * too: sets each session's version to the one it got.
   *
   * @returns the sessions of which other versions wait already
   */
  async claim(jobId: string, sessions: readonly AcceptedSession[]): Promise<SessionKey[]> {
    const plain = sessions.filter(({ external }) => external === undefined);
    const versionsById = groupById(sessions.filter(({ external }) => external !== undefined));
    const newest = versionsById.map((versions) =>
      versions.reduce((a, b) => (a.version >= b.version ? a : b)),
    );
    const wanted = newest.map(({ projectId, id, version }, index) => ({
      projectId,
      id,
      version,
      versions: versionsById[index]?.length ?? 1,
    }));
    const [claims] = await Promise.all([
      this.backend.locator.claim(jobId, wanted),
      plain.length > 0 ? this.note(jobId, plain) : undefined,
    ]);
    for (const [index, versions] of versionsById.entries()) {
      const { version } = claims[index] as Claim;
      for (const [step, session] of versions.entries()) session.version = version + step;
    }
    return newest.filter((_session, index) => claims[index]?.first === false);
  }

  /** Puts claimed sessions into one job; resolves when the queue has it on disk. */
  put(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    return this.client.add(SESSIONS_ACCEPTED, { sessions: [...sessions] }, { jobId });
  }

  /** The versions of a session that wait, oldest first. */
  async find(projectId: string, id: string): Promise<AcceptedSession[]> {
    const jobIds = await this.backend.locator.find(projectId, id);
    if (jobIds.length === 0) return [];
    const jobs = await this.client.read(SESSIONS_ACCEPTED, [...new Set(jobIds)]);
    return jobs
      .flatMap(({ sessions }) => sessions)
      .filter((session) => session.id === id && session.projectId === projectId)
      .sort((left, right) => left.version - right.version);
  }

  /** Forgets that jobs hold sessions, because these are stored or never came to be in them. */
  release(jobs: readonly { jobId: string; sessions: readonly AcceptedSession[] }[]): Promise<void> {
    return this.backend.locator.release(
      jobs.flatMap(({ jobId, sessions }) => sessions.map(({ projectId, id }) => ({ jobId, projectId, id }))),
    );
  }
}

/** The versions of each session that is in the group, which may be several. */
function groupById(sessions: readonly AcceptedSession[]): AcceptedSession[][] {
  const byId = new Map<string, AcceptedSession[]>();
  for (const session of sessions) {
    const versions = byId.get(session.id);
    if (versions === undefined) byId.set(session.id, [session]);
    else versions.push(session);
  }
  return [...byId.values()];
}
