import { encodeId, newUuid } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import type { Logger } from '@sessions/runtime';
import type { IdempotencyClaim, IdempotencyKeys, StoredAnswer } from '@sessions/storage';
import { UNNAMED } from './accept-session';
import type { Acceptor } from './acceptor';
import { Clock } from './clock';
import { CreateSessionService } from './create-session.service';
import { IdempotentAnswers } from './idempotent-answers';

const projectId = newUuid();
const request = (idempotencyKey?: string) => ({
  projectId,
  body: { name: 'é' },
  text: '{"name":"é"}',
  idempotencyKey,
});

function setUp(claim: IdempotencyClaim = { state: 'mine', version: 77, bodyHash: null }, created = true) {
  const acceptor = {
    accept: jest.fn((sessions: AcceptedSession[]) => {
      for (const session of sessions) if (session.id === UNNAMED) session.id = newUuid();
      return Promise.resolve(sessions.map(() => ({ before: null, created })));
    }),
  };
  const keys = {
    claim: jest.fn(() => Promise.resolve(claim)),
    answer: jest.fn<Promise<void>, [string, string, StoredAnswer]>(() => Promise.resolve()),
    release: jest.fn(() => Promise.resolve()),
  };
  const service = new CreateSessionService(
    acceptor as unknown as Acceptor,
    new Clock(),
    new IdempotentAnswers(keys as unknown as IdempotencyKeys, new Clock(), {
      debug: jest.fn(),
    } as unknown as Logger),
  );
  return { service, acceptor, keys };
}

describe('CreateSessionService', () => {
  it('answers 201 with the session, and asks for no key when none was sent', async () => {
    const { service, acceptor, keys } = setUp();
    const answer = await service.create(request());
    const { session } = JSON.parse(answer.body) as { session: Record<string, unknown> };
    expect(answer).toMatchObject({ status: 201, replayed: false, sessionId: session.id });
    expect(session).toMatchObject({ name: 'é', project_id: encodeId('proj', projectId), status: 'active' });
    expect(acceptor.accept).toHaveBeenCalledWith(expect.anything(), 13);
    expect(keys.claim).not.toHaveBeenCalled();
    expect((await service.create(request())).sessionId).not.toBe(answer.sessionId);
  });

  it('answers 200 when the session was known', async () => {
    await expect(setUp(undefined, false).service.create(request())).resolves.toMatchObject({ status: 200 });
  });

  it('keeps the first answer to a key, whose session has an id and a version that a retry would have too', async () => {
    const { service, acceptor, keys } = setUp();
    const answer = await service.create(request('key'));
    expect(keys.answer.mock.calls[0]?.[2]).toMatchObject({ status: 201, body: answer.body });
    expect(acceptor.accept.mock.calls[0]?.[0][0]?.version).toBe(77);
    expect((await service.create(request('key'))).sessionId).toBe(answer.sessionId);
    expect((await service.create(request('other'))).sessionId).not.toBe(answer.sessionId);
  });

  it('gives the first answer again, to the letter', async () => {
    const body = '{"session":{"id":"sess_1"}}';
    const { service, acceptor } = setUp({ state: 'answered', answer: { status: 201, body } });
    await expect(service.create(request('key'))).resolves.toEqual({
      status: 201,
      body,
      sessionId: 'sess_1',
      replayed: true,
    });
    expect(acceptor.accept).not.toHaveBeenCalled();
  });

  it.each([
    ['in-flight', 409, 'A request with this Idempotency-Key is still in flight; try again in a moment.'],
    ['other-body', 422, 'This Idempotency-Key was used with another body; use a new key for a new session.'],
  ] as const)('refuses a key that is %s with %d', async (state, status, message) => {
    const { service, acceptor } = setUp({ state });
    await expect(service.create(request('key'))).rejects.toMatchObject({ status, message });
    expect(acceptor.accept).not.toHaveBeenCalled();
  });

  it('lets the key go when the session could not be accepted, and says why', async () => {
    const { service, acceptor, keys } = setUp();
    acceptor.accept.mockRejectedValue(new Error('queue away'));
    keys.release.mockRejectedValue(new Error('database away'));
    await expect(service.create(request('key'))).rejects.toThrow('queue away');
    expect(keys.release).toHaveBeenCalledWith(projectId, 'key');
    expect(keys.answer).not.toHaveBeenCalled();
  });
});
