import { derivedUuid, isUuid, newUuid } from '@sessions/contract';
import { settings } from '@sessions/runtime';
import { firstJobIdAt, jobNamedBy, MOST_NAMED, newJobId, sessionIdIn } from './job-names';

describe('the names of jobs', () => {
  it('are taken by BullMQ, and no two are the same', () => {
    const names = [newJobId(), newJobId()];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^group-[0-9a-f-]{36}$/);
  });

  it('are found by the id of every session that is named after one', () => {
    const jobId = newJobId();
    const ids = Array.from({ length: MOST_NAMED }, (_, place) => sessionIdIn(jobId, place));
    expect(new Set(ids).size).toBe(MOST_NAMED);
    expect(ids.every((id) => isUuid(id) && jobNamedBy(id) === jobId)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  it('name no more sessions than there are places, and as many as a job may hold', () => {
    expect(() => sessionIdIn(newJobId(), MOST_NAMED)).toThrow(RangeError);
    const { INGEST_GROUP_SESSIONS: setting } = settings;
    expect([MOST_NAMED, MOST_NAMED + 1].map((most) => setting.safeParse(String(most)).success)).toEqual([
      true,
      false,
    ]);
  });

  it('tell when they were made', () => {
    const before = Date.now();
    const jobId = newJobId();
    expect(firstJobIdAt(before) < jobId).toBe(true);
    expect(firstJobIdAt(Date.now() + 1) > jobId).toBe(true);
  });

  it('are not found by another session', () => {
    expect(jobNamedBy(newUuid())).not.toBe(newJobId());
    expect(jobNamedBy(derivedUuid('external', 'record'))).toBeUndefined();
    expect(jobNamedBy('')).toBeUndefined();
  });
});
