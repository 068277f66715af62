import { Injectable } from '@nestjs/common';
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
  /** Whether anything happened in the last 7 days. */
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
}

const STATS = {
  name: 'session_stats',
  text: `SELECT source, status, count(*) AS total, max(last_activity_at) AS last
    FROM sessions WHERE project_id = $1 GROUP BY source, status`,
};

const ACTIVE_MS = 7 * 86_400_000;

/** Counts a project's sessions over all sources, archived ones included. */
@Injectable()
export class SessionStats {
  constructor(private readonly database: Database) {}

  async of(projectId: string, now = Date.now()): Promise<ProjectStats> {
    const { rows } = await this.database.query<Row>(STATS, [projectId]);
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
      isActive: all.lastActivityAt !== null && Date.parse(all.lastActivityAt) >= now - ACTIVE_MS,
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
