/** A session's place among those of all projects. */
export interface SessionKey {
  projectId: string;
  id: string;
}

/** A session that is about to be put into a job. */
export interface ClaimedSession extends SessionKey {
  /** The version that its process proposes: microseconds since 1970. */
  version: number;
  /** How many versions of it the job holds, which get consecutive numbers; default 1. */
  versions?: number;
}

/** A session and a job that holds it. */
export interface HeldSession extends SessionKey {
  jobId: string;
}

/** What a claim gives a session. */
export interface Claim {
  /** The session's (first) version: the proposed one, or more, so that it is newer than all that wait already. */
  version: number;
  /** Whether no other version of the session waits. */
  first: boolean;
}

/**
 * Says which jobs hold a session while it waits to be stored, so that any API process finds it right after it was
 * accepted; and decides, atomically, which of concurrent versions of one session is the newer.
 *
 * An entry is made before its job and removed after the session is stored. A process that dies in between leaves an
 * entry whose job does not exist, which readers look for in vain. In Postgres the workers' maintenance removes it after
 * a week. In Redis all entries of a session expire a week after its last claim, so one of a record that is sent more
 * often stays; and so do those of a job that waits for longer, if its session is claimed meanwhile.
 */
export interface SessionLocator {
  /**
   * Whether a note that is sent before a job is also made before it. On Postgres the two take connections of their own,
   * and a worker could release the sessions before they were noted.
   */
  readonly keepsOrder: boolean;
  /** Notes, in one command for the whole group, that the job holds the sessions, of which no other version exists. */
  note(jobId: string, sessions: readonly ClaimedSession[]): Promise<void>;
  /**
   * Notes the same of sessions that others may be sending too, and orders their versions. One claim a session, in
   * order; no session may be named twice.
   */
  claim(jobId: string, sessions: readonly ClaimedSession[]): Promise<Claim[]>;
  /**
   * The jobs that hold each of the sessions, oldest version first, in one command. Of a session in more than `most`
   * jobs, the oldest and the newest ones; default: all.
   */
  find(sessions: readonly SessionKey[], most?: number): Promise<string[][]>;
  /**
   * Names some of the jobs that were named before `before`, a beginning of a job's name, in the order of their names
   * after `afterJob`; none where entries expire by themselves.
   */
  findOld(before: string, afterJob: string, atMost: number): Promise<string[]>;
  /** Forgets all that jobs hold. */
  forgetJobs(jobIds: readonly string[]): Promise<void>;
  /** Forgets, in one command, that jobs hold sessions. */
  release(held: readonly HeldSession[]): Promise<void>;
}
