import { Injectable } from '@nestjs/common';
import { SESSION_SOURCES } from '@sessions/contract';
import type { SessionSource, SessionStatus } from '@sessions/contract';
import { Database } from '@sessions/runtime';

/** How many sessions, and when the last of them was active. */
export interface ActivityStats {
  total: number;
  /** ISO 8601, null when there are none. */
  lastActivityAt: string | null;
}

/** What `stats=true` answers about a project. */
export interface ProjectStats extends ActivityStats {
  /** Whether anything happened in the last 7 days. What lies more than a day ahead is a mistaken time, and none of these. */
  isActive: boolean;
  hasAnySessions: boolean;
  bySource: Partial<Record<SessionSource, ActivityStats>>;
  byStatus: Partial<Record<SessionStatus, ActivityStats>>;
}

interface Row {
  source: SessionSource;
  status: SessionStatus;
  total: string;
  last: Date;
  /** Of the whole project. */
  isActive: boolean;
}

/** Both the counts and, for each of the few sources and statuses, the last entry of an index. */
const STATS = {
  name: 'session_stats',
  text: `WITH counted AS (
      SELECT source, features, sessions FROM session_counts
        WHERE project_id = $1 AND source = ANY ($2::text[]) AND period = 'all'
      UNION ALL SELECT source, features, sessions FROM session_count_deltas WHERE project_id = $1
    ), totals AS MATERIALIZED (
      SELECT source, CASE features & 1 WHEN 1 THEN 'closed' ELSE 'active' END AS status, sum(sessions) AS total
      FROM counted GROUP BY 1, 2 HAVING sum(sessions) > 0
    )
    SELECT source, status, total, last, EXISTS (
      SELECT FROM sessions WHERE project_id = $1 AND last_activity_at BETWEEN $3::timestamptz AND $4::timestamptz
    ) AS "isActive" FROM totals, LATERAL (
      SELECT last_activity_at AS last FROM sessions
      WHERE project_id = $1 AND source = totals.source AND status = totals.status
      ORDER BY last_activity_at DESC LIMIT 1) AS activity`,
};

const ACTIVE_MS = 7 * 86_400_000;

/** How far the clocks of clients may be ahead. */
const AHEAD_MS = 86_400_000;

/** Counts a project's sessions over all sources, archived ones included. */
@Injectable()
export class SessionStats {
  constructor(private readonly database: Database) {}

  async of(projectId: string, now = Date.now()): Promise<ProjectStats> {
    const { rows } = await this.database.query<Row>(STATS, [
      projectId,
      SESSION_SOURCES,
      new Date(now - ACTIVE_MS),
      new Date(now + AHEAD_MS),
    ]);
    const all = newStats();
    const bySource: ProjectStats['bySource'] = {};
    const byStatus: ProjectStats['byStatus'] = {};
    for (const { source, status, total, last } of rows) {
      for (const stats of [all, (bySource[source] ??= newStats()), (byStatus[status] ??= newStats())]) {
        const time = last.toISOString();
        stats.total += Number(total);
        if (stats.lastActivityAt === null || time > stats.lastActivityAt) stats.lastActivityAt = time;
      }
    }
    return {
      lastActivityAt: all.lastActivityAt,
      isActive: rows[0]?.isActive ?? false,
      hasAnySessions: all.total > 0,
      total: all.total,
      bySource,
      byStatus,
    };
  }
}

function newStats(): ActivityStats {
  return { total: 0, lastActivityAt: null };
}
