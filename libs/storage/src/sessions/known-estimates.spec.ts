import type { Queryable } from '@sessions/runtime';
import { KnownEstimates } from './known-estimates';

/** Estimates of a database that tells one more session at each look-up, and how often it was looked up. */
function counted() {
  let lookUps = 0;
  const answers: (() => Promise<void>)[] = [];
  const query = async () => {
    const stored = ++lookUps;
    await answers.shift()?.();
    return { rows: [{ stored: String(stored) }] };
  };
  const known = new KnownEstimates({ query } as unknown as Queryable);
  const stored = async (projectId: string, dates: { dateFrom?: number; dateTo?: number } = {}) =>
    (await known.of(projectId, { showArchived: true, ...dates })).stored;
  return {
    stored,
    lookUps: () => lookUps,
    answerNext: (answer: () => Promise<void>) => answers.push(answer),
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('KnownEstimates', () => {
  const NOON = Date.parse('2026-03-01T12:00:00.000Z');
  const DAY_MS = 86_400_000;
  let now: jest.SpyInstance<number>;

  beforeEach(() => (now = jest.spyOn(Date, 'now').mockReturnValue(NOON)));
  afterEach(() => now.mockRestore());

  it('looks up once for dates of the same days', async () => {
    const { stored, lookUps } = counted();
    await stored('one', { dateFrom: NOON - DAY_MS, dateTo: NOON });
    await stored('one', { dateFrom: NOON - DAY_MS + 1, dateTo: NOON + 1 });
    expect(lookUps()).toBe(1);
    await stored('one', { dateFrom: NOON - DAY_MS, dateTo: NOON + DAY_MS });
    await stored('one', { dateFrom: NOON - DAY_MS });
    expect(lookUps()).toBe(3);
  });

  it('gives stale ones at once while it looks them up again, once', async () => {
    const { stored, answerNext } = counted();
    await stored('one');
    now.mockReturnValue(NOON + 60_001);
    let answer: () => void = () => undefined;
    answerNext(() => new Promise((resolve) => (answer = resolve)));
    expect(await stored('one')).toBe(1);
    expect(await stored('one')).toBe(1);
    answer();
    await settled();
    expect(await stored('one')).toBe(2);
  });

  it('waits for new ones instead of giving those of long ago', async () => {
    const { stored } = counted();
    await stored('one');
    now.mockReturnValue(NOON + 300_001);
    expect(await stored('one')).toBe(2);
  });

  it('lets who asks next hear why they could not be looked up again', async () => {
    const { stored, answerNext } = counted();
    await stored('one');
    now.mockReturnValue(NOON + 60_001);
    const away = () => Promise.reject(new Error('away'));
    answerNext(away);
    answerNext(away);
    expect(await stored('one')).toBe(1);
    await settled();
    await expect(stored('one')).rejects.toThrow('away');
    expect(await stored('one')).toBe(4);
  });

  it('forgets the oldest when there are too many, and no others', async () => {
    const { stored, lookUps } = counted();
    for (let project = 0; project <= 5000; project += 1) await stored(String(project));
    expect(lookUps()).toBe(5001);
    await stored('1');
    await stored('5000');
    expect(lookUps()).toBe(5001);
    await stored('0');
    expect(lookUps()).toBe(5002);
  });
});
