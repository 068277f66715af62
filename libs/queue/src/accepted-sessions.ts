import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { sleep, within } from '@sessions/runtime';
import { QUEUE_BACKEND } from './backends/queue-backend';
import type { QueueBackend } from './backends/queue-backend';
import { firstJobIdAt, jobNamedBy, newJobId } from './job-names';
import type { Claim, SessionKey } from './locator/session-locator';
import { SESSIONS_ACCEPTED } from './patterns';
import { isRefusal } from './queue-error';
import { QueueClient } from './transport/queue-client';
import { WaitingVersions } from './waiting-versions';

/** Jobs that are loaded at once to look for sessions in them, since each may be several megabytes. */
const READS_AT_ONCE = 2;

/** For how long a command whose answer was lost is repeated, and the pause before each time. */
const REPEAT_MS = { within: 5000, pause: 200 };

/** Milliseconds after which an entry counts as left behind, and how many jobs are looked at in one step. */
const KEPT_MS = 7 * 86_400_000;
const SWEPT_AT_ONCE = 100;

/**
 * Waiting versions of one session that are looked at to answer the next one. A record that is sent more often before
 * any of it is stored is answered from its oldest and its newest versions; what is stored always considers all.
 */
const MOST_VERSIONS = 50;

/** The same where one session is asked for: enough for any record that is sent as often as it changes. */
const MOST_READ_VERSIONS = 500;

/** Most that their messages take in memory, in characters: some 1,000 of each session, and a group may have 500. */
const MOST_CHARACTERS = 100_000;

/** The accepted sessions that wait to be stored: put in by the API, found by it, and forgotten by the worker. */
@Injectable()
export class AcceptedSessions {
  constructor(
    @Inject(QUEUE_BACKEND) private readonly backend: QueueBackend,
    private readonly client: QueueClient,
  ) {}

  /** Whether a note that is sent before a job is also made before it. */
  get keepsOrder(): boolean {
    return this.backend.locator.keepsOrder;
  }

  /** A name for a job that is about to be made. */
  newJobId(): string {
    return newJobId();
  }

  /**
   * Notes which job will hold sessions that have no external record, so that nobody else can be sending them too. Those
   * that are named after the job are found without.
   */
  async note(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    const others = sessions.filter(({ id }) => jobNamedBy(id) !== jobId);
    if (others.length > 0) await this.backend.locator.note(jobId, others);
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

  /**
   * Puts claimed sessions into one job; resolves when the queue has it on disk. A command that got no answer may have
   * been carried out, so it is repeated for some seconds: of a job that is known BullMQ makes no second one, and
   * storing a version twice changes nothing.
   *
   * @param isWanted whether their clients still wait: one that was told to send again must not have its session twice
   * @throws Error for which `isRefusal` says whether the job is certainly not in the queue
   */
  async put(
    jobId: string,
    sessions: readonly AcceptedSession[],
    isWanted: () => boolean = () => true,
  ): Promise<void> {
    try {
      await this.add(jobId, sessions);
    } catch (error) {
      if (isRefusal(error)) throw error;
      await this.repeat(jobId, sessions, isWanted, error);
    }
  }

  /** Once the first answer was lost no refusal is certain any more, so it rejects with what lost it. */
  private async repeat(
    jobId: string,
    sessions: readonly AcceptedSession[],
    isWanted: () => boolean,
    lost: unknown,
  ): Promise<void> {
    const deadline = Date.now() + REPEAT_MS.within;
    for (;;) {
      await sleep(REPEAT_MS.pause);
      if (!isWanted()) throw lost;
      try {
        return await within(deadline - Date.now(), this.add(jobId, sessions), 'The queue did not answer.');
      } catch {
        if (Date.now() + REPEAT_MS.pause >= deadline) throw lost;
      }
    }
  }

  private add(jobId: string, sessions: readonly AcceptedSession[]): Promise<void> {
    return this.client.add(SESSIONS_ACCEPTED, { sessions: [...sessions] }, { jobId });
  }

  /**
   * The versions of a session that wait, oldest first; of over 500 the oldest and the newest, since the jobs of all of them
   * may be gigabytes, and of very large ones some without messages that newer ones replace.
   *
   * @throws ApiError 503 when the queue is away
   */
  async find(projectId: string, id: string): Promise<AcceptedSession[]> {
    const most = { versions: MOST_READ_VERSIONS };
    const found = await this.load([{ projectId, id }], (session) => session, most);
    return found.get(id) ?? [];
  }

  /**
   * The versions of several sessions that wait, by the session's id, oldest first; of a session that has very many
   * the oldest and the newest. Their messages come without content, and of some thousands only those of the oldest version
   * and of the newest that has any, so that many sessions fit into memory.
   *
   * @throws ApiError 503 when the queue is away
   */
  findMany(keys: readonly SessionKey[]): Promise<Map<string, AcceptedSession[]>> {
    return this.load(keys, withoutContent, { versions: MOST_VERSIONS, characters: MOST_CHARACTERS });
  }

  /** Locates the sessions in one command, and loads each job that holds some of them once. */
  private async load(
    keys: readonly SessionKey[],
    keep: (session: AcceptedSession) => AcceptedSession,
    most: { versions?: number; characters?: number } = {},
  ): Promise<Map<string, AcceptedSession[]>> {
    if (keys.length === 0) return new Map();
    const found = new Map(keys.map(({ id }) => [id, new WaitingVersions(most.characters)]));
    const projects = new Map(keys.map(({ projectId, id }) => [id, projectId]));
    try {
      const noted = (await this.backend.locator.find(keys, most.versions)).flat();
      const named = keys.flatMap(({ id }) => jobNamedBy(id) ?? []);
      const jobIds = [...new Set([...named, ...noted])];
      for (let next = 0; next < jobIds.length; next += READS_AT_ONCE) {
        const jobs = await this.client.read(SESSIONS_ACCEPTED, jobIds.slice(next, next + READS_AT_ONCE));
        for (const session of jobs.flatMap(({ sessions }) => sessions)) {
          if (projects.get(session.id) === session.projectId) found.get(session.id)?.add(keep(session));
        }
      }
    } catch (error) {
      throw unavailable('The queue does not answer right now; try again in a moment.', 1, error);
    }
    return new Map([...found].map(([id, versions]) => [id, versions.inOrder()]));
  }

  /**
   * Forgets what processes that died left behind on Postgres: entries of jobs that were named more than a week ago and
   * are gone. The age is the job's, since a dead letter is put back with its old version, and noted before its job is
   * made. A job that waits longer keeps its entries. On Redis all of a session's expire together.
   */
  async sweep(): Promise<void> {
    const before = firstJobIdAt(Date.now() - KEPT_MS);
    let last = '';
    for (;;) {
      const jobIds = await this.backend.locator.findOld(before, last, SWEPT_AT_ONCE);
      const gone = await this.client.missing(SESSIONS_ACCEPTED, jobIds);
      if (gone.length > 0) await this.backend.locator.forgetJobs(gone);
      if (jobIds.length < SWEPT_AT_ONCE) return;
      last = jobIds.at(-1) ?? last;
    }
  }

  /** Forgets that jobs hold sessions, because these are stored or never came to be in them. */
  async release(jobs: readonly { jobId: string; sessions: readonly AcceptedSession[] }[]): Promise<void> {
    const noted = jobs.flatMap(({ jobId, sessions }) =>
      sessions.flatMap(({ projectId, id }) => (jobNamedBy(id) === jobId ? [] : { jobId, projectId, id })),
    );
    if (noted.length > 0) await this.backend.locator.release(noted);
  }
}

function withoutContent(session: AcceptedSession): AcceptedSession {
  if (session.messages === undefined) return session;
  return { ...session, messages: session.messages.map((message) => ({ ...message, content: '' })) };
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
