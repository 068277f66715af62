import { newUuid } from '@sessions/contract';

/**
 * A job of sessions is named after a random UUID (version 7) whose last three digits before the variant are zero, and
 * a session that gets its id when its job is made has the same UUID with its place in the job as these digits. So the
 * id itself says which job holds the session, and nothing need be noted. Rejected: an entry in the locator for each,
 * which costs Redis a list of 150 bytes a session, Postgres a row with two index entries, and the worker their removal.
 */
const PREFIX = 'group-';

/** Sessions that can be named after one job, which bounds INGEST_GROUP_SESSIONS. */
export const MOST_NAMED = 4096;

/** A name for a job that is about to be made. */
export function newJobId(): string {
  return PREFIX + withPlace(newUuid(), 0);
}

/** Comes before the names of all jobs that are made from a time on, in milliseconds since 1970, and after all others. */
export function firstJobIdAt(time: number): string {
  const digits = time.toString(16).padStart(12, '0');
  return `${PREFIX}${digits.slice(0, 8)}-${digits.slice(8)}`;
}

/**
 * The id of the session at a place in a job.
 *
 * @throws RangeError unless the place is below `MOST_NAMED`, since an id that is too long would name no session
 */
export function sessionIdIn(jobId: string, place: number): string {
  if (place >= MOST_NAMED) throw new RangeError(`A job names ${MOST_NAMED} sessions; make more jobs.`);
  return withPlace(jobId.slice(PREFIX.length), place);
}

/** The job that a session is named after, which need not exist; undefined for an id that something else decided. */
export function jobNamedBy(sessionId: string): string | undefined {
  return sessionId[14] === '7' ? PREFIX + withPlace(sessionId, 0) : undefined;
}

function withPlace(uuid: string, place: number): string {
  return uuid.slice(0, 15) + place.toString(16).padStart(3, '0') + uuid.slice(18);
}
