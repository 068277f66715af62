import { last, timestamp } from '../harness/matchers';
import type { Row } from '../harness/row';

const rule = 'Read: stats';

/** Integration statistics in place of a list. */
export const stats: Row[] = [
  {
    name: 'the answer holds stats and nothing else',
    rule,
    request: { tenant: 'recent', query: { stats: 'true' } },
    expect: {
      status: 200,
      check: (context) => {
        const body = last(context).json as { stats: object };
        expect(Object.keys(body)).toEqual(['stats']);
        expect(Object.keys(body.stats).sort()).toEqual([
          'bySource',
          'byStatus',
          'hasAnySessions',
          'isActive',
          'lastActivityAt',
          'total',
        ]);
      },
    },
  },
  {
    name: 'sessions are counted by source',
    rule,
    request: { tenant: 'recent', query: { stats: 'true' } },
    expect: {
      status: 200,
      contains: {
        stats: {
          lastActivityAt: timestamp,
          isActive: true,
          hasAnySessions: true,
          total: 3,
          bySource: {
            widget: { total: 2, lastActivityAt: timestamp },
            slack: { total: 1, lastActivityAt: timestamp },
          },
        },
      },
    },
  },
  {
    name: 'sessions are counted by status',
    rule,
    request: { tenant: 'recent', query: { stats: 'true' } },
    expect: {
      status: 200,
      check: (context) => {
        const { byStatus } = (last(context).json as { stats: { byStatus: Record<string, unknown> } }).stats;
        const count = (value: unknown) =>
          typeof value === 'number' ? value : (value as { total: number }).total;
        expect([count(byStatus.active), count(byStatus.closed)]).toEqual([2, 1]);
      },
    },
  },
  {
    name: 'the last activity is the newest of all sources',
    rule,
    request: { tenant: 'recent', query: { stats: 'true' } },
    expect: {
      status: 200,
      check: (context) => {
        const { lastActivityAt, bySource } = (
          last(context).json as {
            stats: { lastActivityAt: string; bySource: Record<string, { lastActivityAt: string }> };
          }
        ).stats;
        const newest = Object.values(bySource).map((source) => source.lastActivityAt);
        expect(lastActivityAt).toBe(newest.filter(Boolean).sort().at(-1));
      },
    },
  },
  {
    name: 'activity of a year ago is not active',
    rule: 'Read: isActive means the last 7 days',
    request: { tenant: 'old', query: { stats: 'true' } },
    expect: { status: 200, contains: { stats: { isActive: false, hasAnySessions: true, total: 1 } } },
  },
  {
    name: 'a project without sessions',
    rule,
    request: { tenant: 'empty', query: { stats: 'true' } },
    expect: {
      status: 200,
      contains: { stats: { lastActivityAt: null, isActive: false, hasAnySessions: false, total: 0 } },
    },
  },
  {
    name: 'the project is checked',
    rule: 'Errors: 403',
    request: ({ world }) => ({ projectId: world.tenants.recent.projectId, query: { stats: 'true' } }),
    expect: { status: 403, error: [/project/] },
  },
];
