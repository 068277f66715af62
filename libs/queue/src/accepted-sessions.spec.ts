import { newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { AcceptedSessions } from './accepted-sessions';
import type { QueueBackend } from './backends/queue-backend';
import { sessionIdIn } from './job-names';
import type { Claim, ClaimedSession, SessionKey } from './locator/session-locator';
import type { QueueClient } from './transport/queue-client';

const projectId = newUuid();

function session(id: string, version: number, external = true): AcceptedSession {
  return { projectId, id, version, fields: {}, ...(external && { external: { source: 's', id } }) };
}

function setUp() {
  const locator = {
    note: jest.fn<Promise<void>, [string, ClaimedSession[]]>(() => Promise.resolve()),
    claim: jest.fn<Promise<Claim[]>, [string, ClaimedSession[]]>((_job, sessions) =>
      Promise.resolve(sessions.map(({ version }) => ({ version, first: true }))),
    ),
    find: jest.fn<Promise<string[][]>, [SessionKey[]]>(() => Promise.resolve([])),
    release: jest.fn<Promise<void>, unknown[]>(() => Promise.resolve()),
  };
  const client = { add: jest.fn<Promise<void>, unknown[]>(() => Promise.resolve()), read: jest.fn() };
  const sessions = new AcceptedSessions(
    { locator } as unknown as QueueBackend,
    client as unknown as QueueClient,
  );
  return { sessions, locator, client };
}

describe('AcceptedSessions', () => {
  it('notes and releases no session that is named after its job', async () => {
    const { sessions, locator } = setUp();
    const jobId = sessions.newJobId();
    const group = [session(sessionIdIn(jobId, 0), 1, false), session('other', 2, false)];
    await sessions.note(jobId, group);
    await sessions.release([{ jobId, sessions: group }]);
    expect(locator.note.mock.calls).toEqual([[jobId, group.slice(1)]]);
    expect(locator.release.mock.calls).toEqual([[[{ jobId, projectId, id: 'other' }]]]);
    await sessions.note(jobId, group.slice(0, 1));
    await sessions.release([{ jobId, sessions: group.slice(0, 1) }]);
    expect([locator.note.mock.calls.length, locator.release.mock.calls.length]).toEqual([1, 1]);
  });

  it('looks for a session in the job that it is named after, and in those that were noted', async () => {
    const { sessions, locator, client } = setUp();
    const jobId = sessions.newJobId();
    const id = sessionIdIn(jobId, 7);
    locator.find.mockResolvedValue([['replayed']]);
    client.read.mockResolvedValue([{ sessions: [session(id, 1, false)] }]);
    await expect(sessions.find(projectId, id)).resolves.toMatchObject([{ id }]);
    expect(client.read).toHaveBeenCalledWith('sessions.accepted', [jobId, 'replayed']);
  });

  it('sets the versions that the claim decided', async () => {
    const { sessions, locator } = setUp();
    const [fresh, known] = [session('a', 10), session('b', 20)];
    locator.claim.mockResolvedValueOnce([
      { version: 10, first: true },
      { version: 99, first: false },
    ]);
    await expect(sessions.claim('job', [fresh, known])).resolves.toEqual([known]);
    expect([fresh.version, known.version]).toEqual([10, 99]);
  });

  it('names a session that is in the group twice once, and keeps the later one the newer', async () => {
    const { sessions, locator } = setUp();
    const group = [session('a', 10), session('b', 20), session('a', 30)];
    await sessions.claim('job', group);
    expect(locator.claim.mock.calls[0]?.[1].map(({ id }) => id)).toEqual(['a', 'b']);
    const [earlier, later] = group.filter(({ id }) => id === 'a').map(({ version }) => version);
    expect(later).toBeGreaterThan(earlier ?? Infinity);
    expect(earlier).toBeGreaterThanOrEqual(30);
  });

  it('only notes sessions that have no external record', async () => {
    const { sessions, locator } = setUp();
    const plain = session('p', 5, false);
    await sessions.claim('job', [plain, session('a', 10)]);
    expect(locator.note.mock.calls).toEqual([['job', [plain]]]);
    expect(locator.claim.mock.calls[0]?.[1].map(({ id }) => id)).toEqual(['a']);
    expect(plain.version).toBe(5);
  });

  describe('put', () => {
    const refused = Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
    const lost = new Error('Command timed out');
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    it('repeats a command whose answer was lost under the same job, which makes no second one', async () => {
      const { sessions, client } = setUp();
      client.add.mockRejectedValueOnce(lost).mockRejectedValueOnce(refused);
      const putting = sessions.put('job', [session('a', 10)]);
      await jest.advanceTimersByTimeAsync(400);
      await putting;
      expect(client.add.mock.calls).toEqual(
        Array(3).fill(['sessions.accepted', { sessions: [session('a', 10)] }, { jobId: 'job' }]),
      );
    });

    it.each([refused, lost])(
      'gives up after seconds, and says that the job may be there, after %p',
      async (next) => {
        const { sessions, client } = setUp();
        client.add.mockRejectedValue(next).mockRejectedValueOnce(lost);
        const putting = expect(sessions.put('job', [session('a', 10)])).rejects.toBe(lost);
        await jest.advanceTimersByTimeAsync(5000);
        await putting;
        expect(jest.getTimerCount()).toBe(0);
      },
    );

    it('does not wait longer for commands that are never answered', async () => {
      const { sessions, client } = setUp();
      client.add.mockReturnValue(new Promise(() => undefined)).mockRejectedValueOnce(lost);
      const putting = expect(sessions.put('job', [session('a', 10)])).rejects.toBe(lost);
      await jest.advanceTimersByTimeAsync(5000);
      await putting;
    });

    it('repeats nothing whose clients were told to send it again', async () => {
      const { sessions, client } = setUp();
      client.add.mockRejectedValueOnce(lost);
      const putting = expect(sessions.put('job', [session('a', 10)], () => false)).rejects.toBe(lost);
      await jest.advanceTimersByTimeAsync(5000);
      await putting;
      expect(client.add).toHaveBeenCalledTimes(1);
    });

    it('says a refusal at once', async () => {
      const { sessions, client } = setUp();
      client.add.mockRejectedValue(refused);
      await expect(sessions.put('job', [])).rejects.toBe(refused);
      expect(client.add).toHaveBeenCalledTimes(1);
    });
  });

  it('finds the versions of a session that wait, oldest first, and nothing of others', async () => {
    const { sessions, locator, client } = setUp();
    locator.find.mockResolvedValue([['j2', 'j1', 'j2']]);
    client.read.mockResolvedValue([
      { sessions: [session('a', 30), session('b', 1)] },
      { sessions: [session('a', 20), { ...session('a', 10), projectId: newUuid() }] },
    ]);
    const found = await sessions.find(projectId, 'a');
    expect(found.map(({ version }) => version)).toEqual([20, 30]);
    expect(client.read).toHaveBeenCalledWith('sessions.accepted', ['j2', 'j1']);
  });

  it('locates many sessions at once, and loads each of their jobs once, few at a time', async () => {
    const { sessions, locator, client } = setUp();
    const jobs = Array.from({ length: 9 }, (_, job) => `j${job}`);
    locator.find.mockResolvedValue([jobs, jobs]);
    const messages = [{ role: 'user' as const, senderType: 'user' as const, content: 'long words' }];
    client.read.mockImplementation((_pattern, jobIds: string[]) =>
      Promise.resolve(
        jobIds.map((job) => ({
          sessions: [session('c', 1), ...['a', 'b'].map((id) => session(id, 100 - Number(job.slice(1))))].map(
            (one) => ({ ...one, messages }),
          ),
        })),
      ),
    );
    const keys = ['a', 'b'].map((id) => ({ projectId, id }));
    const found = await sessions.findMany(keys);
    expect(locator.find).toHaveBeenCalledTimes(1);
    expect(client.read.mock.calls.flatMap(([, jobIds]: [string, string[]]) => jobIds)).toEqual(jobs);
    expect(client.read.mock.calls.every(([, jobIds]: [string, string[]]) => jobIds.length <= 2)).toBe(true);
    expect([...found.keys()]).toEqual(['a', 'b']);
    expect(found.get('a')?.map(({ version }) => version)).toEqual([92, 93, 94, 95, 96, 97, 98, 99, 100]);
    expect(found.get('a')?.[0]?.messages).toEqual([{ ...messages[0], content: '' }]);
  });

  it.each(["Stream isn't writeable", 'Connection is closed.', 'Command timed out'])(
    'answers 503 when the queue says %p',
    async (message) => {
      const { sessions, locator, client } = setUp();
      const error = new Error(message);
      const answer = { status: 503, headers: { 'Retry-After': '1' }, cause: error };
      locator.find.mockRejectedValueOnce(error).mockResolvedValue([['j1']]);
      client.read.mockRejectedValue(error);
      await expect(sessions.find(projectId, 'a')).rejects.toMatchObject(answer);
      await expect(sessions.findMany([{ projectId, id: 'a' }])).rejects.toMatchObject(answer);
    },
  );

  it('asks for no job when none holds the session', async () => {
    const { sessions, client } = setUp();
    await expect(sessions.find(projectId, 'a')).resolves.toEqual([]);
    expect(client.read).not.toHaveBeenCalled();
  });
});
