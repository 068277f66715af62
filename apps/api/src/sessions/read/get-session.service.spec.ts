import {
  derivedUuid,
  encodeId,
  mergeSession,
  messageViews,
  newUuid,
  sessionView,
  timeMessages,
  versionTime,
} from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { AcceptedSessions } from '@sessions/queue';
import type { DeadLetters, SessionReader } from '@sessions/storage';
import type { StoredSession } from '../../../../../libs/storage/src/sessions/session-reader';
import { GetSessionService } from './get-session.service';

const projectId = newUuid();
const id = derivedUuid('external', 'z', '1');
const version = (seconds: number, name: string, said?: string): AcceptedSession => ({
  projectId,
  id,
  version: Date.parse('2026-01-01T00:00:00.000Z') * 1000 + seconds * 1e6,
  fields: { name },
  external: { source: 'z', id: '1' },
  ...(said && { messages: [{ role: 'user', senderType: 'user', content: said }], messagesHash: said }),
});

/** The state of the database, of which the second look may differ from the first. */
function setUp(
  looks: (AcceptedSession | null)[],
  waiting: AcceptedSession[] = [],
  refused: AcceptedSession[] = [],
) {
  const states = [...looks];
  const service = new GetSessionService(
    readerOf(() => states.shift() ?? null),
    { find: () => Promise.resolve(waiting) } as unknown as AcceptedSessions,
    { find: () => Promise.resolve(refused) } as unknown as DeadLetters,
  );
  return found(service.get(projectId, id));
}

/** Finds, in each of its two forms, what is stored when it is asked. */
function readerOf(stored: () => AcceptedSession | null): SessionReader {
  const look = () => {
    const now = stored();
    return (
      now && {
        record: mergeSession(null, now).record,
        messages: timeMessages(now.messages ?? [], versionTime(now.version)),
      }
    );
  };
  const json = ({ record, messages }: StoredSession) =>
    JSON.stringify({ session: sessionView(record), messages: messageViews(record.id, messages) });
  return {
    findWithMessages: () => Promise.resolve(look()),
    findJson: () => {
      const now = look();
      return Promise.resolve(now && json(now));
    },
  } as unknown as SessionReader;
}

async function found(json: Promise<string | null>): Promise<unknown> {
  return JSON.parse((await json) ?? 'null');
}

const seen = (name: string, content: string) => ({
  session: { id: encodeId('sess', id), project_id: encodeId('proj', projectId), name, message_count: 1 },
  messages: [{ content, createdAt: expect.stringMatching(/Z$/) as string }],
});

describe('GetSessionService', () => {
  it('finds what is stored', async () => {
    await expect(setUp([version(0, 'a', 'hello')])).resolves.toMatchObject(seen('a', 'hello'));
  });

  it('finds what waits in the queue, messages included', async () => {
    await expect(setUp([null], [version(0, 'a', 'hello')])).resolves.toMatchObject(seen('a', 'hello'));
  });

  it('shows what waits on top of what is stored', async () => {
    const waiting = [version(1, 'b'), version(2, 'c', 'bye')];
    await expect(setUp([version(0, 'a', 'hello')], waiting)).resolves.toMatchObject(seen('c', 'bye'));
    await expect(setUp([version(0, 'a', 'hello')], [version(1, 'b')])).resolves.toMatchObject(
      seen('b', 'hello'),
    );
  });

  it('lets a version that waits still, though it is stored already, change nothing', async () => {
    const stored = version(0, 'a', 'hello');
    await expect(setUp([stored], [stored])).resolves.toEqual(await setUp([stored]));
  });

  it('asks for nothing that waits once a session is stored that is named after its job', async () => {
    const session: AcceptedSession = { projectId, id: newUuid(), version: 1000, fields: { name: 'a' } };
    const find = jest.fn(() => Promise.resolve([]));
    const service = new GetSessionService(
      readerOf(() => session),
      { find } as unknown as AcceptedSessions,
      { find } as unknown as DeadLetters,
    );
    await expect(found(service.get(projectId, session.id))).resolves.toMatchObject({
      session: { name: 'a' },
    });
    expect(find).not.toHaveBeenCalled();
  });

  it('looks once more for a session that moves between queue and dead letters', async () => {
    await expect(setUp([null, version(0, 'a', 'hello')])).resolves.toMatchObject(seen('a', 'hello'));
  });

  it('finds a session that the database refused', async () => {
    await expect(setUp([null, null], [], [version(0, 'a', 'hello')])).resolves.toMatchObject(
      seen('a', 'hello'),
    );
  });

  it('finds nothing where there is nothing', async () => {
    await expect(setUp([null, null])).resolves.toBeNull();
  });
});
