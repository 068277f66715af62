import type { Database } from '@sessions/runtime';
import type { SearchDocumentKey } from '../search-engine';
import type { IndexScope, SearchIndexAdmin } from '../search-index-admin';
import type { Difference, DifferenceKind, Finding, IndexCounts } from './index-comparison';
import { IndexComparison } from './index-comparison';
import { StoredSessions } from './stored-sessions';

/** Differences of which the ids are kept. */
const MAX_SAMPLES = 1000;
/** Surplus documents queued by one repair; their removal while they are listed would hide others. */
const MAX_SURPLUS = 100_000;

/** What to compare. */
export interface CheckOptions {
  /** Null for all. */
  projectId: string | null;
  /** Compare the ids of projects of which the counts are equal, too. */
  deep: boolean;
  /** Told how many sessions and documents have been compared. */
  report: (compared: number) => void;
}

/** What a check or a repair found. */
export interface CheckResult {
  counts: IndexCounts;
  /** How many differ, by how they do. */
  differences: Record<DifferenceKind, number>;
  /** Documents that name no session. */
  foreign: number;
  /** The first thousand of the differences. */
  samples: Difference[];
  /** Sessions and documents that were compared by id. */
  compared: number;
}

/** What a repair found, and what it did about it. */
export interface RepairResult extends CheckResult {
  /** Sessions that were queued. */
  queued: number;
  /** Surplus and foreign documents beyond what one repair deals with. */
  left: number;
}

/** Finds how the index differs from the database, and heals it on demand. */
export class IndexCheck {
  private readonly comparison: IndexComparison;
  private readonly stored: StoredSessions;

  constructor(
    database: Database,
    private readonly admin: SearchIndexAdmin,
    private readonly maxSurplus = MAX_SURPLUS,
  ) {
    this.comparison = new IndexComparison(database, admin);
    this.stored = new StoredSessions(database);
  }

  /** Looks only. */
  check(options: CheckOptions): Promise<CheckResult> {
    return this.walk(options, {
      notIndexed: () => Promise.resolve(),
      notStored: () => Promise.resolve(),
      foreign: () => Promise.resolve(),
    });
  }

  /**
   * Queues what differs, so that indexers index it anew or remove it, and removes what names no session. What the engine
   * refused is left to the dead letters.
   */
  async repair(options: CheckOptions): Promise<RepairResult> {
    const surplus: SearchDocumentKey[] = [];
    const foreign: string[] = [];
    const result = await this.walk(options, {
      notIndexed: (differences) => this.stored.queue(differences.filter(({ kind }) => kind !== 'refused')),
      notStored: (differences) => {
        surplus.push(...differences.slice(0, this.maxSurplus - surplus.length));
        return Promise.resolve();
      },
      foreign: (ids) => {
        foreign.push(...ids.slice(0, this.maxSurplus - foreign.length));
        return Promise.resolve();
      },
    });
    await this.stored.queue(surplus);
    await this.admin.removeForeign(foreign);
    const { missing, stale } = result.differences;
    return {
      ...result,
      queued: missing + stale + surplus.length,
      left: result.differences.surplus - surplus.length + result.foreign - foreign.length,
    };
  }

  private async walk(
    { projectId, deep, report }: CheckOptions,
    act: {
      notIndexed: (differences: Difference[]) => Promise<void>;
      notStored: (differences: Difference[]) => Promise<void>;
      foreign: (ids: string[]) => Promise<void>;
    },
  ): Promise<CheckResult> {
    const counts = await this.comparison.counts(projectId);
    const result: CheckResult = {
      counts,
      differences: { missing: 0, stale: 0, surplus: 0, refused: 0 },
      foreign: 0,
      samples: [],
      compared: 0,
    };
    const take = async (finding: Finding, actOn: (differences: Difference[]) => Promise<void>) => {
      for (const { kind } of finding.differences) result.differences[kind]++;
      result.foreign += finding.foreign.length;
      result.samples.push(...finding.differences.slice(0, MAX_SAMPLES - result.samples.length));
      result.compared += finding.compared;
      report(result.compared);
      await actOn(finding.differences);
      await act.foreign(finding.foreign);
    };
    const scopes: IndexScope[] = [];
    for (const project of counts.projects) {
      if (!deep && project.sessions === project.documents) continue;
      scopes.push({ projectId: project.projectId });
      for await (const finding of this.comparison.notIndexed(project.projectId)) {
        await take(finding, act.notIndexed);
      }
    }
    if (counts.unknown > 0) scopes.push({ notOf: counts.projects.map((project) => project.projectId) });
    for (const scope of scopes) {
      for await (const finding of this.comparison.notStored(scope)) await take(finding, act.notStored);
    }
    return result;
  }
}
