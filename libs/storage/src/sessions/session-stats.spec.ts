import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { SessionStats } from './session-stats';

const now = Date.parse('2026-02-10T00:00:00.000Z');

function statsOf(rows: [source: string, status: string, total: string, last: string][]) {
  const query = jest.fn(() =>
    Promise.resolve({
      rows: rows.map(([source, status, total, last]) => ({
        source,
        status,
        total,
        last: new Date(last),
        isActive: true,
      })),
    }),
  );
  return new SessionStats({ query } as unknown as Database).of(newUuid(), now);
}

describe('SessionStats', () => {
  it('adds up sources and statuses', async () => {
    const [older, newer] = ['2026-02-01T00:00:00.000Z', '2026-02-09T00:00:00.000Z'];
    const stats = await statsOf([
      ['api', 'active', '3', older],
      ['api', 'closed', '2', newer],
      ['gong', 'active', '1', older],
    ]);
    expect(stats).toEqual({
      lastActivityAt: newer,
      isActive: true,
      hasAnySessions: true,
      total: 6,
      bySource: { api: { total: 5, lastActivityAt: newer }, gong: { total: 1, lastActivityAt: older } },
      byStatus: { active: { total: 4, lastActivityAt: older }, closed: { total: 2, lastActivityAt: newer } },
    });
  });

  it('says of a project without sessions that it has none', async () => {
    await expect(statsOf([])).resolves.toEqual({
      lastActivityAt: null,
      isActive: false,
      hasAnySessions: false,
      total: 0,
      bySource: {},
      byStatus: {},
    });
  });
});
