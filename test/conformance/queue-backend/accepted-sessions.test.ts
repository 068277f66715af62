import { newUuid } from '@sessions/contract';
import { sessionIdIn, SESSIONS_ACCEPTED } from '@sessions/queue';
import { accepted, versionAt } from '../../support/accepted-session';
import { queueBackends } from '../../support/backends';
import { makeQueue } from './queue-under-test';
import type { QueueProcess, QueueUnderTest } from './queue-under-test';

describe.each(queueBackends())('the accepted sessions that wait on %s', (backend) => {
  let queue: QueueUnderTest;
  let one: QueueProcess;
  let two: QueueProcess;
  let projectId: string;

  beforeAll(async () => {
    queue = await makeQueue(backend);
    one = await queue.join();
    two = await queue.join();
    await Promise.all([one.client.connect(SESSIONS_ACCEPTED), two.client.connect(SESSIONS_ACCEPTED)]);
  }, 30_000);
  beforeEach(() => (projectId = newUuid()));
  afterAll(() => queue.close(), 30_000);

  const ticket = (at = 0, name = `at ${at}`) =>
    accepted({ projectId, at, external: 'T-1', fields: { name } });

  it('are found by every process between being put and being released', async () => {
    const session = accepted({ projectId, messages: ['hello', 'ä'] });
    const jobId = one.sessions.newJobId();
    await one.sessions.note(jobId, [session]);
    expect(await two.sessions.find(projectId, session.id)).toEqual([]);
    await one.sessions.put(jobId, [session]);
    expect(await two.sessions.find(projectId, session.id)).toEqual([session]);
    expect(await two.sessions.find(newUuid(), session.id)).toEqual([]);
    await two.sessions.release([{ jobId: jobId, sessions: [session] }]);
    expect(await one.sessions.find(projectId, session.id)).toEqual([]);
  });

  it('are found by their ids alone when they are named after their job', async () => {
    const jobId = one.sessions.newJobId();
    const group = [0, 1].map((place) => ({ ...accepted({ projectId }), id: sessionIdIn(jobId, place) }));
    await one.sessions.put(jobId, group);
    for (const session of group) {
      expect(await two.sessions.find(projectId, session.id)).toEqual([session]);
      expect(await two.sessions.find(newUuid(), session.id)).toEqual([]);
    }
    expect(await two.sessions.find(projectId, sessionIdIn(jobId, 2))).toEqual([]);
    expect(await two.sessions.find(projectId, sessionIdIn(one.sessions.newJobId(), 0))).toEqual([]);
  });

  it('make one job however often it is put', async () => {
    const session = accepted({ projectId });
    const jobId = one.sessions.newJobId();
    const before = await one.client.backlog(SESSIONS_ACCEPTED);
    await one.sessions.put(jobId, [session]);
    await two.sessions.put(jobId, [session]);
    expect(await one.client.backlog(SESSIONS_ACCEPTED)).toBe(before + 1);
  });

  it('are found one by one in a job of many, also when some are released', async () => {
    const group = Array.from({ length: 50 }, (_, number) => accepted({ projectId, messages: [`${number}`] }));
    const jobId = one.sessions.newJobId();
    await one.sessions.note(jobId, group);
    await one.sessions.put(jobId, group);
    await one.sessions.release([{ jobId, sessions: group.slice(0, 25) }]);
    const found = await Promise.all(group.map(({ id }) => two.sessions.find(projectId, id)));
    expect(found).toEqual(group.map((session, index) => (index < 25 ? [] : [session])));
  });

  it('are found in every job that they were put into and not released from', async () => {
    const session = accepted({ projectId });
    for (const jobId of ['job-again', 'job-once', 'job-again']) await one.sessions.note(jobId, [session]);
    const jobs = async () => (await two.backend.locator.find([session])).flat().sort();
    expect(await jobs()).toEqual(['job-again', 'job-once']);
    await two.sessions.release([{ jobId: 'job-once', sessions: [session] }]);
    await two.sessions.release([{ jobId: 'job-unknown', sessions: [session] }]);
    expect(await jobs()).toEqual(['job-again']);
    await one.backend.locator.claim('job-list', [session]);
    expect(await jobs()).toEqual(['job-again', 'job-list']);
    for (const jobId of ['job-list', 'job-again'])
      await two.sessions.release([{ jobId, sessions: [session] }]);
    expect(await jobs()).toEqual([]);
  });

  it('get versions in one order, of which one is the first, however many processes claim at once', async () => {
    const claims: { version: number; first: boolean }[] = [];
    const lane = async ({ sessions }: QueueProcess): Promise<void> => {
      while (claims.length < 200) {
        const session = ticket();
        const waiting = await sessions.claim(sessions.newJobId(), [session]);
        claims.push({ version: session.version, first: waiting.length === 0 });
      }
    };
    await Promise.all(Array.from({ length: 32 }, (_, number) => lane(number % 2 === 0 ? one : two)));
    expect(new Set(claims.map(({ version }) => version)).size).toBe(claims.length);
    expect(claims.filter(({ first }) => first)).toEqual([{ version: versionAt(0), first: true }]);
  });

  it('are claimed however many there are at once, within the locks that a server has', async () => {
    const many = Array.from({ length: 30_000 }, () => ({ projectId, id: newUuid(), version: versionAt(0) }));
    const claims = await one.backend.locator.claim('job-many', many);
    expect(claims).toHaveLength(many.length);
  }, 60_000);

  it('keep the time of a claim unless a newer version waits', async () => {
    const [first, newer, older] = [ticket(10), ticket(20), ticket(0)];
    expect(await one.sessions.claim('job-a', [first])).toEqual([]);
    expect(await two.sessions.claim('job-b', [newer])).toEqual([newer]);
    expect(await one.sessions.claim('job-c', [older])).toEqual([older]);
    expect([first.version, newer.version, older.version]).toEqual([
      versionAt(10),
      versionAt(20),
      versionAt(20) + 1,
    ]);
  });

  it('are found with all versions that wait, oldest first', async () => {
    const versions = [ticket(1), ticket(2), ticket(3)];
    for (const [index, version] of versions.entries()) {
      const { sessions } = index % 2 === 0 ? one : two;
      const jobId = sessions.newJobId();
      await sessions.claim(jobId, [version]);
      await sessions.put(jobId, [version]);
    }
    expect(await one.sessions.find(projectId, ticket().id)).toEqual(versions);
  });

  it('are found for many sessions at once, of very many versions the oldest and the newest', async () => {
    const versions = Array.from({ length: 60 }, (_, number) => ticket(number));
    const other = accepted({ projectId, messages: ['other'] });
    for (const version of [...versions, other]) {
      const jobId = one.sessions.newJobId();
      await one.sessions.claim(jobId, [version]);
      await one.sessions.put(jobId, [version]);
    }
    const unknown = { projectId, id: newUuid() };
    const found = await two.sessions.findMany([other, unknown, ticket()]);
    expect(found.get(other.id)).toMatchObject([{ id: other.id, messages: [{ content: '' }] }]);
    expect(found.get(unknown.id)).toEqual([]);
    expect(found.get(ticket().id)).toEqual([versions[0], ...versions.slice(-49)]);
    expect(await two.sessions.find(projectId, ticket().id)).toEqual(versions);
  });

  it('are released from any of very many jobs', async () => {
    const session = accepted({ projectId });
    const jobs = Array.from({ length: 250 }, (_, number) => `job-${String(number).padStart(3, '0')}`);
    for (const jobId of jobs) await one.sessions.note(jobId, [session]);
    const released = [0, 99, 100, 101, 180, 249].map((at) => jobs[at] ?? '');
    await two.sessions.release(released.map((jobId) => ({ jobId, sessions: [session] })));
    expect((await one.backend.locator.find([session])).flat().sort()).toEqual(
      jobs.filter((jobId) => !released.includes(jobId)),
    );
  });

  it('are swept after a week if their job is gone, and only then', async () => {
    const weekAgo = Date.now() - 8 * 86_400_000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(weekAgo);
    const old = Array.from({ length: 121 }, () => one.sessions.newJobId());
    now.mockRestore();
    // The last of the old jobs waits still; the fresh one is of a dead letter, about to be made.
    const jobs = [...old, one.sessions.newJobId()];
    const sessions = jobs.map(() => ({ ...accepted({ projectId }), version: weekAgo * 1000 }));
    for (const [index, jobId] of jobs.entries())
      await one.sessions.note(jobId, sessions.slice(index, index + 1));
    await one.sessions.put(jobs.at(-2) ?? '', sessions.slice(-2, -1));
    await two.sessions.sweep();
    const held = await one.backend.locator.find(sessions);
    expect(held.flat()).toEqual(backend === 'postgres' ? jobs.slice(-2) : jobs);
  });

  it('may name one record twice in a group, in the order of the group', async () => {
    const group = [ticket(0, 'first'), accepted({ projectId, messages: ['plain'] }), ticket(0, 'second')];
    const jobId = one.sessions.newJobId();
    expect(await one.sessions.claim(jobId, group)).toEqual([]);
    await one.sessions.put(jobId, group);
    const found = await two.sessions.find(projectId, ticket().id);
    expect(found.map(({ fields }) => fields.name)).toEqual(['first', 'second']);
    expect(found[0]?.version).toBeLessThan(found[1]?.version ?? 0);
    const later = ticket();
    await two.sessions.claim('job-later', [later]);
    expect(later.version).toBeGreaterThan(found[1]?.version ?? Infinity);
  });

  it('are not looked for in a job that never came to be', async () => {
    const [lost, kept] = [ticket(1), ticket(2)];
    await one.sessions.claim(one.sessions.newJobId(), [lost]);
    const jobId = two.sessions.newJobId();
    await two.sessions.claim(jobId, [kept]);
    await two.sessions.put(jobId, [kept]);
    expect(await one.sessions.find(projectId, kept.id)).toEqual([kept]);
  });

  it('are the first again once all versions are released', async () => {
    const session = ticket();
    await one.sessions.claim('job-first', [session]);
    await two.sessions.release([{ jobId: 'job-first', sessions: [session] }]);
    expect(await one.sessions.claim('job-next', [ticket()])).toEqual([]);
  });
});
