import { newUuid } from '@sessions/contract';
import type { Logger } from '@sessions/runtime';
import type { IdempotencyClaim, IdempotencyKeys } from '@sessions/storage';
import { Clock } from './clock';
import { IdempotentAnswers } from './idempotent-answers';

const projectId = newUuid();
const request = { projectId, key: 'key', text: '[]' };
const MINE = { state: 'mine', version: 77, bodyHash: null } as const;

function setUp() {
  const keys = {
    claim: jest.fn<Promise<IdempotencyClaim>, []>(() => Promise.resolve(MINE)),
    answer: jest.fn(() => Promise.resolve()),
    release: jest.fn(() => Promise.resolve()),
  };
  const answers = new IdempotentAnswers(keys as unknown as IdempotencyKeys, new Clock(), {
    debug: jest.fn(),
  } as unknown as Logger);
  return { answers, keys };
}

describe('IdempotentAnswers', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('keeps no answer that is not final, and lets its key go', async () => {
    const { answers, keys } = setUp();
    const answer = { status: 207, body: '{"results":[]}' };
    const answered = answers.once(request, () => Promise.resolve({ ...answer, final: false }));
    await expect(answered).resolves.toEqual({ ...answer, replayed: false });
    expect(keys.release).toHaveBeenCalledWith(projectId, 'key');
    expect(keys.answer).not.toHaveBeenCalled();
  });

  it('lets a key go that becomes its own only after the request was refused', async () => {
    const { answers, keys } = setUp();
    let claim: () => void = () => undefined;
    keys.claim.mockReturnValue(new Promise((resolve) => (claim = () => resolve(MINE))));
    const work = jest.fn();
    const refused = expect(answers.once(request, work)).rejects.toMatchObject({ status: 503 });
    await jest.advanceTimersByTimeAsync(1000);
    await refused;
    expect(keys.release).not.toHaveBeenCalled();
    claim();
    await jest.advanceTimersByTimeAsync(0);
    expect(keys.release).toHaveBeenCalledWith(projectId, 'key');
    expect(work).not.toHaveBeenCalled();
  });
});
