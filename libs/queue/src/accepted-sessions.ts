import { Inject, Injectable } from '@nestjs/common';
import { newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { QUEUE_BACKEND } from './backends/queue-backend';
import type { QueueBackend } from './backends/queue-backend';
import type { Claim } from './locator/session-locator';
import { SESSIONS_ACCEPTED } from './patterns';
import { QueueClient } from './transport/queue-client';

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

  /**
   * Notes which job will hold the sessions, before it is put into the queue, and orders the versions of sessions
   * that others may be sending too. Sets each session's version to the one it got.
   *
   * @returns for each session whether no other version of it waits
   */
  async claim(jobId: string, sessions: readonly AcceptedSession[]): Promise<boolean[]> {
    const external = new Map<string, AcceptedSession[]>();
    for (const session of sessions) {
      if (session.external === undefined) continue;
      external.set(session.id, [...(external.get(session.id) ?? []), session]);
    }
    const plain = sessions.filter((session) => session.external === undefined);
    const [claims] = await Promise.all([
      this.claimEach(jobId, [...external.values()]),
      plain.length > 0 ? this.backend.locator.note(jobId, plain) : undefined,
    ]);
    for (const [index, versions] of [...external.values()].entries()) setVersions(versions, claims[index]);
    return sessions.map((session) => {
      const versions = external.get(session.id);
      if (versions === undefined) return true;
      const place = [...external.keys()].indexOf(session.id);
      return versions[0] === session && claims[place]?.first === true;
    });
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

  /** Forgets that the job holds the sessions, because they are stored or never came to be in it. */
  release(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    return this.backend.locator.release(jobId, sessions);
  }

  /** One claim a session, however many of its versions are in the group. */
  private claimEach(jobId: string, groups: AcceptedSession[][]): Promise<Claim[]> {
    const newest = groups.map((versions) => versions.reduce((a, b) => (a.version >= b.version ? a : b)));
    return groups.length > 0 ? this.backend.locator.claim(jobId, newest) : Promise.resolve([]);
  }
}

/** Versions of one session in one group follow each other from the one that was claimed. */
function setVersions(versions: AcceptedSession[], claim: Claim | undefined): void {
  for (const [step, session] of versions.entries()) {
    if (claim !== undefined) session.version = claim.version + step;
  }
}
