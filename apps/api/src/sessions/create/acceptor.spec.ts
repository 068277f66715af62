import { mergeSession, newUuid, unavailable } from '@sessions/contract';
import type { AcceptedSession, SessionRecord } from '@sessions/contract';
import { sessionIdIn } from '@sessions/queue';
import type { AcceptedSessions } from '@sessions/queue';
import type { Configuration, Logger } from '@sessions/runtime';
import type { SessionReader } from '@sessions/storage';
import { UNNAMED } from './accept-session';
import { Acceptor } from './acceptor';
import type { BacklogGauge } from './backlog-gauge';

const projectId = newUuid();
const plain = (): AcceptedSession => ({ projectId, id: newUuid(), version: 1000, fields: {} });
const external = (id: string, version: number, name = 'x'): AcceptedSession => ({
  projectId,
  id,
  version,
  fields: { name },
  external: { source: 'z', id },
});

/** A queue, and a database with what is stored. */
function setUp(stored: AcceptedSession[] = [], waiting: AcceptedSession[] = []) {
  let jobs = 0;
  const queued = {
    keepsOrder: true,
    newJobId: jest.fn(() => `job-${(jobs += 1)}`),
    note: jest.fn(() => Promise.resolve()),
    claim: jest.fn((_job: string, sessions: AcceptedSession[]) =>
      Promise.resolve(sessions.filter(({ id }) => waiting.some((other) => other.id === id))),
    ),
    put: jest.fn<Promise<void>, [string, AcceptedSession[]]>(() => Promise.resolve()),
    findMany: jest.fn((keys: { id: string }[]) =>
      Promise.resolve(new Map(keys.map(({ id }) => [id, waiting.filter((other) => other.id === id)]))),
    ),
    release: jest.fn(() => Promise.resolve()),
  };
  const records = stored.map((version): [string, SessionRecord] => [
    version.id,
    mergeSession(null, version).record,
  ]);
  const reader = { findMany: () => Promise.resolve(new Map(records)) };
  const gauge = { requireRoom: jest.fn(), onAnswer: jest.fn<void, [() => void]>() };
  const logger = { debug: jest.fn(), warn: jest.fn() };
  const acceptor = new Acceptor(
    { INGEST_GROUP_MS: 2, INGEST_GROUP_SESSIONS: 3, INGEST_GROUP_BYTES: 1000 } as Configuration,
    queued as unknown as AcceptedSessions,
    reader as unknown as SessionReader,
    gauge as unknown as BacklogGauge,
    logger as unknown as Logger,
  );
  return { acceptor, queued, gauge };
}

describe('Acceptor', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const accepting = async (acceptor: Acceptor, ...sessions: AcceptedSession[]) => {
    const all = Promise.all(sessions.map((session) => acceptor.accept([session], 10)));
    await jest.advanceTimersByTimeAsync(2);
    const acceptances = (await all).flat();
    return acceptances.map(({ before, created }, index) => ({
      created,
      record: mergeSession(before, sessions[index] as AcceptedSession).record,
    }));
  };

  it('claims versions of one record in the order in which they were sent, in whatever groups they are', async () => {
    const { acceptor, queued } = setUp();
    let claimed: (known: AcceptedSession[]) => void = () => undefined;
    queued.claim.mockReturnValueOnce(new Promise((resolve) => (claimed = resolve)));
    const [first, second, other] = [external('a', 1), external('a', 2), external('b', 3)];
    const accepted = [first, second].map(async (session) => {
      const [acceptance] = await acceptor.accept([session, plain(), plain()], 10);
      return acceptance?.created;
    });
    await jest.advanceTimersByTimeAsync(100);
    const claims = () => queued.claim.mock.calls.map(([, [session]]) => session);
    expect(claims()).toEqual([first]);
    await accepting(acceptor, other);
    expect(claims()).toEqual([first, other]);
    claimed([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(await Promise.all(accepted)).toEqual([true, true]);
    expect(claims()).toEqual([first, other, second]);
  });

  it('lets concurrent sessions share a job, and answers when it is stored', async () => {
    const { acceptor, queued } = setUp();
    let stored: () => void = () => undefined;
    queued.put.mockReturnValue(new Promise((resolve) => (stored = resolve)));
    const answered = jest.fn();
    const sessions = [plain(), plain()];
    const accepting = Promise.all(sessions.map((session) => acceptor.accept([session], 10))).then(answered);
    await jest.advanceTimersByTimeAsync(100);
    expect(queued.put.mock.calls).toEqual([['job-1', sessions, expect.any(Function)]]);
    expect(queued.note).toHaveBeenCalledWith('job-1', sessions);
    expect(answered).not.toHaveBeenCalled();
    stored();
    await accepting;
    expect(answered).toHaveBeenCalledWith(sessions.map(() => [{ before: null, created: true }]));
  });

  it('names sessions after their job, unless something else decided their id', async () => {
    const { acceptor, queued } = setUp();
    const jobId = `group-${newUuid()}`;
    queued.newJobId.mockReturnValue(jobId);
    const decided = plain();
    const unnamed = [plain(), plain()].map((session) => ({ ...session, id: UNNAMED }));
    const answers = await accepting(
      acceptor,
      unnamed[0] as AcceptedSession,
      decided,
      unnamed[1] as AcceptedSession,
    );
    const ids = answers.map(({ record }) => record.id);
    expect(ids).toEqual([sessionIdIn(jobId, 0), decided.id, sessionIdIn(jobId, 2)]);
    expect(queued.put.mock.calls[0]?.[1].map(({ id }) => id)).toEqual(ids);
  });

  it('notes sessions before their job where the queue does not keep the order', async () => {
    const { acceptor, queued } = setUp();
    queued.keepsOrder = false;
    let noted: () => void = () => undefined;
    queued.note.mockReturnValue(new Promise((resolve) => (noted = resolve)));
    const accepting = acceptor.accept([plain()], 10);
    await jest.advanceTimersByTimeAsync(100);
    expect(queued.put).not.toHaveBeenCalled();
    noted();
    await accepting;
    expect(queued.put).toHaveBeenCalledTimes(1);
  });

  it('gives each offer its own answers, and one job to several', async () => {
    const { acceptor, queued } = setUp([external('a', 10)]);
    const offers = [[plain(), external('a', 1000)], [plain()]];
    const all = Promise.all(offers.map((sessions) => acceptor.accept(sessions, 10)));
    await jest.advanceTimersByTimeAsync(2);
    expect((await all).map((answers) => answers.map(({ created }) => created))).toEqual([
      [true, false],
      [true],
    ]);
    expect(queued.put.mock.calls.map(([, sessions]) => sessions)).toEqual([offers.flat()]);
  });

  it('bounds a job by count and by bytes', async () => {
    const { acceptor, queued } = setUp();
    const accepting = Promise.all(
      [10, 10, 10, 600, 600, 10].map((bytes) => acceptor.accept([plain()], bytes)),
    );
    await jest.advanceTimersByTimeAsync(2);
    await accepting;
    expect(queued.put.mock.calls.map(([, sessions]) => sessions.length)).toEqual([3, 1, 2]);
  });

  it('refuses a session at once while there is no room', () => {
    const { acceptor, gauge, queued } = setUp();
    gauge.requireRoom.mockImplementation(() => {
      throw unavailable('full');
    });
    expect(() => acceptor.accept([plain()], 10)).toThrow('full');
    expect(queued.put).not.toHaveBeenCalled();
  });

  it('answers 503 when the queue is away, and forgets the job that never came to be', async () => {
    const { acceptor, queued } = setUp();
    queued.put.mockRejectedValue(Object.assign(new Error('secret'), { name: 'ReplyError' }));
    queued.release.mockRejectedValue(new Error('away too'));
    const session = plain();
    const refused = expect(acceptor.accept([session], 10)).rejects.toMatchObject({
      status: 503,
      message: 'The session could not be queued right now; send it again in a moment.',
    });
    await jest.advanceTimersByTimeAsync(2);
    await refused;
    expect(queued.release).toHaveBeenCalledWith([{ jobId: 'job-1', sessions: [session] }]);
  });

  it.each([plain(), external('a', 1)])(
    'lets a session still be found that the queue may have taken without an answer',
    async (session) => {
      const { acceptor, queued } = setUp();
      queued.put.mockRejectedValue(new Error('Command timed out'));
      const refused = expect(acceptor.accept([session], 10)).rejects.toMatchObject({ status: 503 });
      await jest.advanceTimersByTimeAsync(2);
      await refused;
      expect(queued.release).not.toHaveBeenCalled();
    },
  );

  it('forgets a claim after which nothing was put', async () => {
    const { acceptor, queued } = setUp();
    queued.claim.mockRejectedValue(new Error('Command timed out'));
    const refused = expect(acceptor.accept([external('a', 1)], 10)).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(2);
    await refused;
    expect(queued.release).toHaveBeenCalledTimes(1);
  });

  it('refuses within a second what a silent queue keeps waiting, and does not queue it after that', async () => {
    const { acceptor, queued } = setUp();
    queued.put.mockReturnValue(new Promise(() => undefined));
    let noted: () => void = () => undefined;
    queued.keepsOrder = false;
    queued.note.mockReturnValueOnce(new Promise((resolve) => (noted = resolve)));
    const refused = expect(acceptor.accept([plain()], 10)).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(1000);
    await refused;
    noted();
    await jest.advanceTimersByTimeAsync(1000);
    expect(queued.put).not.toHaveBeenCalled();
    expect(queued.release).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('queues none of a group of which one was refused, whose client sends it again', async () => {
    const { acceptor, queued } = setUp();
    let noted: () => void = () => undefined;
    queued.keepsOrder = false;
    queued.note.mockReturnValueOnce(new Promise((resolve) => (noted = resolve)));
    queued.note.mockReturnValueOnce(new Promise(() => undefined));
    const offers = [acceptor.accept([plain()], 10)];
    await jest.advanceTimersByTimeAsync(1);
    offers.push(acceptor.accept([plain()], 10));
    const refused = Promise.allSettled(offers);
    await jest.advanceTimersByTimeAsync(1000);
    noted();
    expect(await refused).toMatchObject(Array(2).fill({ status: 'rejected', reason: { status: 503 } }));
    expect(queued.put).not.toHaveBeenCalled();
  });

  it('waits for a queue that takes its time over a job, as long as it answers otherwise', async () => {
    const { acceptor, queued, gauge } = setUp();
    let done: () => void = () => undefined;
    queued.put.mockReturnValueOnce(new Promise((resolve) => (done = resolve)));
    const accepting = acceptor.accept([plain()], 10);
    for (let step = 0; step < 10; step++) {
      await jest.advanceTimersByTimeAsync(500);
      gauge.onAnswer.mock.calls[0]?.[0]();
    }
    done();
    await expect(accepting).resolves.toMatchObject([{ created: true }]);
  });

  it('creates an external record that nobody knows', async () => {
    const { acceptor, queued } = setUp();
    const [answer] = await accepting(acceptor, external('a', 1000));
    expect(answer).toMatchObject({ created: true, record: { name: 'x', version: 1000 } });
    expect(queued.claim).toHaveBeenCalledTimes(1);
  });

  it('updates one that is stored, also when this clock is behind', async () => {
    const { acceptor, queued } = setUp([external('a', 9_000_000, 'old')]);
    const [answer] = await accepting(acceptor, external('a', 1000, 'new'));
    expect(answer).toMatchObject({ created: false, record: { name: 'new', version: 9_000_001 } });
    expect(queued.put.mock.calls[0]?.[1]).toMatchObject([{ version: 9_000_001 }]);
    expect(queued.claim).toHaveBeenCalledTimes(2);
  });

  it('looks for all that wait of a group at once', async () => {
    const waiting = [external('a', 500), external('b', 500)];
    const { acceptor, queued } = setUp([], waiting);
    await accepting(acceptor, external('a', 1000), external('b', 1000));
    expect(queued.findMany.mock.calls).toMatchObject([[[{ id: 'a' }, { id: 'b' }]]]);
  });

  it('moves all versions of one that a group has twice, in their order', async () => {
    const { acceptor, queued } = setUp([external('a', 9000, 'old')]);
    await accepting(acceptor, external('a', 1000, 'one'), external('a', 9500, 'two'));
    expect(queued.claim.mock.calls[1]?.[1].map(({ fields }) => fields.name)).toEqual(['one', 'two']);
  });

  it('still creates one of which a later version was faster, but not one that a slow clock puts behind', async () => {
    const { acceptor } = setUp([external('a', 1_002_000, 'later'), external('b', 9_000_000, 'old')]);
    const answers = await accepting(
      acceptor,
      external('a', 1_000_000, 'first'),
      external('b', 1_000_000, 'new'),
    );
    expect(answers).toMatchObject([
      { created: true, record: { name: 'first' } },
      { created: false, record: { name: 'new' } },
    ]);
  });

  it('updates one that waits', async () => {
    const { acceptor } = setUp(
      [],
      [{ ...external('a', 500, 'old'), fields: { name: 'old', pageUrl: 'https://x' } }],
    );
    const [answer] = await accepting(acceptor, external('a', 1000, 'new'));
    expect(answer).toMatchObject({ created: false, record: { name: 'new', pageUrl: 'https://x' } });
  });

  it('creates once, and then updates, one that a group has twice', async () => {
    const { acceptor } = setUp();
    const answers = await accepting(
      acceptor,
      external('a', 1000, 'one'),
      plain(),
      external('a', 1001, 'two'),
    );
    expect(answers.map(({ created }) => created)).toEqual([true, true, false]);
    expect(answers[2]?.record.name).toBe('two');
  });
});
