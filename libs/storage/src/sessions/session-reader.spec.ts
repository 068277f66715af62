import type { Database } from '@sessions/runtime';
import { SessionReader } from './session-reader';

/** A reader of an empty database, and how often it read estimates. */
function emptyReader() {
  let estimates = 0;
  const query = ({ name }: { name: string }) => {
    if (name.startsWith('session_estimates')) estimates += 1;
    return Promise.resolve({ rows: [] });
  };
  const reader = new SessionReader({ query } as unknown as Database);
  const list = (projectId: string, dates: { dateFrom?: number; dateTo?: number } = {}) =>
    reader.list(projectId, { showArchived: true, ...dates }, { limit: 1, offset: 0 });
  return { list, estimates: () => estimates };
}

describe('SessionReader', () => {
  const NOON = Date.parse('2026-03-01T12:00:00.000Z');
  const DAY_MS = 86_400_000;
  let now: jest.SpyInstance<number>;

  beforeEach(() => (now = jest.spyOn(Date, 'now').mockReturnValue(NOON)));
  afterEach(() => now.mockRestore());

  it('reads estimates once for dates of the same days, and again after some seconds', async () => {
    const { list, estimates } = emptyReader();
    await list('one', { dateFrom: NOON - DAY_MS, dateTo: NOON });
    await list('one', { dateFrom: NOON - DAY_MS + 1, dateTo: NOON + 1 });
    expect(estimates()).toBe(1);
    await list('one', { dateFrom: NOON - DAY_MS, dateTo: NOON + DAY_MS });
    await list('one', { dateFrom: NOON - DAY_MS });
    expect(estimates()).toBe(3);
    now.mockReturnValue(NOON + 10_000);
    await list('one', { dateFrom: NOON - DAY_MS });
    expect(estimates()).toBe(4);
  });

  it('forgets the oldest estimates when there are too many, and no others', async () => {
    const { list, estimates } = emptyReader();
    for (let project = 0; project <= 5000; project += 1) await list(String(project));
    expect(estimates()).toBe(5001);
    await list('1');
    await list('5000');
    expect(estimates()).toBe(5001);
    await list('0');
    expect(estimates()).toBe(5002);
  });
});
