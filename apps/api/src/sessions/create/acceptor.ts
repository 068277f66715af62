import { Inject, Injectable } from '@nestjs/common';
import { ApiError, mergeSession, unavailable, versionTime } from '@sessions/contract';
import type { AcceptedSession, SessionRecord } from '@sessions/contract';
import { AcceptedSessions, GroupCommit, isRefusal, sessionIdIn } from '@sessions/queue';
import { CONFIGURATION, LOGGER } from '@sessions/runtime';
import type { Configuration, Logger } from '@sessions/runtime';
import { SessionReader } from '@sessions/storage';
import { UNNAMED } from './accept-session';
import { BacklogGauge } from './backlog-gauge';
import { Standstill } from './standstill';
import type { Refusable } from './standstill';
import { Turns } from './turns';

/** Sessions on their way into the queue, which share a job. */
interface Offer extends Refusable {
  sessions: readonly AcceptedSession[];
  /** About how many bytes they make in the job. */
  bytes: number;
}

/** What became of an offered session. */
export interface Acceptance {
  /** What the session comes on top of, for `mergeSession`: null where nothing is known of it yet. */
  before: SessionRecord | null;
  /** False when the external record was known already. */
  created: boolean;
}

const NEW: Acceptance = { before: null, created: true };

/**
 * Groups that may be on their way into the queue at once. More would only wait for each other, on Postgres until they
 * time out; while as many are under way the next ones grow.
 */
const MAX_GROUPS = 8;

/**
 * Of these, groups that were not full: the next one gathers meanwhile, and is larger. With as many as there were groups,
 * Redis took 9,000 sessions/s at 64 connections instead of 9,600, Postgres 8,900 at 512 instead of 9,500. With one alone
 * Postgres took 10,900 at 512, but 8,400 at 64 instead of 9,300, and all would wait for each stall of the disk.
 */
const MAX_PARTIAL_GROUPS = 2;

/**
 * Milliseconds that one of two requests for a new external record may take longer to claim it than the other takes to
 * be stored. A re-sent record is answered 201 instead of 200 only when it was created within as long before, and this
 * process's clock is behind by as much.
 */
const OVERTAKING_MS = 1000;

/**
 * Accepts sessions: durably into the queue, then answered. Requests that arrive within the same two milliseconds
 * share a job. Measured at 64 connections: a job a request 4,800 requests/s on Redis and 700 on Postgres, a job for
 * about 45 requests 15,700 and 12,100.
 */
@Injectable()
export class Acceptor {
  private readonly groups: GroupCommit<Offer, Acceptance[]>;
  private readonly standstill = new Standstill(stoodStill);
  /**
   * By external record, whose versions are claimed and queued in the order in which they were sent, so that the later one
   * is the newer and is answered on top of the other. On Postgres each group has a connection of its own, and a version that
   * is behind what is stored is claimed twice.
   */
  private readonly claims = new Turns();

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    private readonly queued: AcceptedSessions,
    private readonly reader: SessionReader,
    private readonly backlog: BacklogGauge,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    // A queue that answers the gauge may still take its time over a large job.
    backlog.onAnswer(() => this.standstill.moved());
    this.groups = new GroupCommit({
      maxDelayMs: configuration.INGEST_GROUP_MS,
      maxWeight: [configuration.INGEST_GROUP_SESSIONS, configuration.INGEST_GROUP_BYTES],
      weigh: ({ sessions, bytes }) => [sessions.length, bytes],
      maxInFlight: MAX_GROUPS,
      maxPartialInFlight: MAX_PARTIAL_GROUPS,
      commit: (offers) => this.commitWanted(offers),
      isolates: () => false,
    });
  }

  /**
   * Resolves once the queue has the sessions on disk, which it gets in one job: all or none.
   *
   * @param sessions no more than `INGEST_GROUP_SESSIONS`; those that are `UNNAMED` get their ids
   * @param bytes about how many they make in the job
   * @throws ApiError 503 when the queue is full or away, within a second
   */
  accept(sessions: readonly AcceptedSession[], bytes: number): Promise<Acceptance[]> {
    this.backlog.requireRoom();
    const offer = { sessions, bytes, refused: false };
    return this.standstill.orRefuse(offer, (resolve, reject) => this.groups.join(offer, resolve, reject));
  }

  /** What was refused before its turn came is not queued any more, or its client would send it twice. */
  private async commitWanted(offers: Offer[]): Promise<Acceptance[][]> {
    const wanted = offers.filter(({ refused }) => !refused);
    if (wanted.length === 0) throw stoodStill();
    const acceptances = await this.commit(
      wanted.flatMap(({ sessions }) => sessions),
      () => wanted.every(({ refused }) => !refused),
    );
    this.standstill.moved();
    const results = new Map(wanted.map((offer) => [offer, acceptances.splice(0, offer.sessions.length)]));
    return offers.map((offer) => results.get(offer) ?? []);
  }

  /** @param isWanted whether the clients of all the sessions still wait; those of a group are refused together */
  private async commit(sessions: AcceptedSession[], isWanted: () => boolean): Promise<Acceptance[]> {
    const jobId = this.queued.newJobId();
    nameUnnamed(jobId, sessions);
    let claimed = false;
    try {
      const records = sessions.flatMap(({ id, external }) => (external === undefined ? [] : [id]));
      if (records.length === 0) {
        const noted = this.note(jobId, sessions);
        if (!this.queued.keepsOrder) await noted;
        if (!isWanted()) throw stoodStill();
        claimed = true;
        await Promise.all([noted, this.queued.put(jobId, sessions, isWanted)]);
        return sessions.map(() => NEW);
      }
      const known = await this.claims.take(records, async () => {
        if (!isWanted()) throw stoodStill();
        const found = await this.claim(jobId, sessions);
        if (!isWanted()) throw stoodStill();
        claimed = true;
        await this.queued.put(jobId, sessions, isWanted);
        return found;
      });
      return answer(sessions, known);
    } catch (error) {
      // Sessions that the queue may have after all must still be found by their ids.
      if (!claimed || isRefusal(error)) this.forget(jobId, sessions);
      this.logger.warn(
        { err: error, jobId, sessions: sessions.length },
        'A group of sessions could not be queued.',
      );
      if (error instanceof ApiError) throw error;
      throw unavailable('The session could not be queued right now; send it again in a moment.', 1, error);
    }
  }

  /**
   * Without its entry a session is found by id only once it is stored, which is no reason to refuse it: its client
   * would send it again, and have it twice.
   */
  private async note(jobId: string, sessions: AcceptedSession[]): Promise<void> {
    try {
      await this.queued.note(jobId, sessions);
    } catch (err) {
      this.logger.warn(
        { err, jobId },
        'Queued sessions could not be noted: reads miss them until they are stored.',
      );
    }
  }

  /**
   * Orders the versions of external records against those that wait and those that are stored. Returns what is known
   * of each session that existed before; `before` is null where another process is just about to queue the first version.
   */
  private async claim(jobId: string, sessions: AcceptedSession[]): Promise<Map<string, Acceptance>> {
    const waiting = await this.queued.claim(jobId, sessions);
    // The queue goes first: what has left it by then was committed, and the database shows it.
    const inQueue = await this.queued.findMany(waiting);
    const stored = await this.reader.findMany(sessions.filter(({ external }) => external !== undefined));
    const known = new Map<string, Acceptance>();
    for (const { id, version } of sessions) {
      const before = stored.get(id);
      if (before === undefined || known.has(id)) continue;
      known.set(id, { before, created: wasOvertaken(version, before) });
    }
    // All versions of one session move together, so that their order in the group stays.
    const late = new Set(
      sessions.filter(({ id, version }) => version <= (stored.get(id)?.version ?? 0)).map(({ id }) => id),
    );
    const behind = sessions.filter(({ id }) => late.has(id));
    for (const session of behind) session.version = (stored.get(session.id)?.version ?? 0) + 1;
    if (behind.length > 0) await this.queued.claim(jobId, behind);
    for (const { id } of waiting) {
      let before = stored.get(id) ?? null;
      for (const version of inQueue.get(id) ?? []) before = mergeSession(before, version).record;
      known.set(id, { before, created: false });
    }
    return known;
  }

  /** An entry that stays behind is harmless, so a queue that is away for this too is only noted. */
  private forget(jobId: string, sessions: AcceptedSession[]): void {
    this.queued.release([{ jobId, sessions }]).catch((err: unknown) => {
      this.logger.debug({ err, jobId }, 'The entries of a job that was not queued could not be removed.');
    });
  }
}

/** Names sessions whose id nothing decides after their job, which finds them by it. */
function nameUnnamed(jobId: string, sessions: readonly AcceptedSession[]): void {
  for (const [place, session] of sessions.entries()) {
    if (session.id === UNNAMED) session.id = sessionIdIn(jobId, place);
  }
}

/**
 * Whether what is stored was made by a later version, which was faster than this first one. What lies further ahead
 * was there before, and the clock of this process is behind.
 */
function wasOvertaken(version: number, { createdAt }: SessionRecord): boolean {
  const ahead = Date.parse(createdAt) - Date.parse(versionTime(version));
  return ahead >= 0 && ahead < OVERTAKING_MS;
}

/** Applies the group's sessions one after the other to what was known before. */
function answer(sessions: AcceptedSession[], known: Map<string, Acceptance>): Acceptance[] {
  return sessions.map((session) => {
    if (session.external === undefined) return NEW;
    const acceptance = known.get(session.id) ?? NEW;
    known.set(session.id, { before: mergeSession(acceptance.before, session).record, created: false });
    return acceptance;
  });
}

/** 503 for a session that the queue may never get. */
function stoodStill(): ApiError {
  return unavailable('The queue does not answer right now; send the session again in a moment.', 1);
}
