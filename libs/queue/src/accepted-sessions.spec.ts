import { newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { AcceptedSessions } from './accepted-sessions';
import type { QueueBackend } from './backends/queue-backend';
import type { Claim, ClaimedSession } from './locator/session-locator';
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
    find: jest.fn<Promise<string[]>, [string, string]>(() => Promise.resolve([])),
    release: jest.fn(() => Promise.resolve()),
  };
  const client = { add: jest.fn(() => Promise.resolve()), read: jest.fn() };
  const sessions = new AcceptedSessions(
    { locator } as unknown as QueueBackend,
    client as unknown as QueueClient,
  );
  return { sessions, locator, client };
}

describe('AcceptedSessions', () => {
  it('names jobs so that BullMQ takes the names and no two are the same', () => {
    const { sessions } = setUp();
    const names = [sessions.newJobId(), sessions.newJobId()];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^group-[0-9a-f-]{36}$/);
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

  it('finds the versions of a session that wait, oldest first, and nothing of others', async () => {
    const { sessions, locator, client } = setUp();
    locator.find.mockResolvedValue(['j2', 'j1', 'j2']);
    client.read.mockResolvedValue([
      { sessions: [session('a', 30), session('b', 1)] },
      { sessions: [session('a', 20), { ...session('a', 10), projectId: newUuid() }] },
    ]);
    const found = await sessions.find(projectId, 'a');
    expect(found.map(({ version }) => version)).toEqual([20, 30]);
    expect(client.read).toHaveBeenCalledWith('sessions.accepted', ['j2', 'j1']);
  });

  it('asks for no job when none holds the session', async () => {
    const { sessions, client } = setUp();
    await expect(sessions.find(projectId, 'a')).resolves.toEqual([]);
    expect(client.read).not.toHaveBeenCalled();
  });
});
