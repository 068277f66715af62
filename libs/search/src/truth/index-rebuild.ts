import type { Database, Queryable } from '@sessions/runtime';
import type { Batch, BatchEnding } from '../outbox/index-batch';
import { cutIntoBatches, finishBatch, submitBatch } from '../outbox/index-batch';
import { IndexState } from '../outbox/index-state';
import type { OutboxEntry } from '../outbox/outbox';
import type { SearchDocumentKey } from '../search-engine';
import type { FreshIndex, SearchIndexAdmin } from '../search-index-admin';
import { StoredSessions } from './stored-sessions';

/** Any number will do that no other lock has, as long as every version of the product uses this one. */
export const REBUILD_LOCK = 7_340_022;

const PAGE = 1000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** Batches that the engine works on at a time; indexers go on meanwhile. */
const MAX_IN_FLIGHT = 4;
/** So few noted sessions are brought over while claims are held. */
const FEW_NOTED = 1000;
const MAX_CATCH_UPS = 10;
/** What indexers hold is waited for so long; the rest is indexed again after the swap. */
const DRAIN_MS = 10_000;

const KEYS = `SELECT project_id AS "projectId", id AS "sessionId", '0' AS change, 0 AS attempts, NULL AS claim FROM sessions
  WHERE (project_id, id) > ($1::uuid, $2::uuid) ORDER BY project_id, id LIMIT ${PAGE}`;

const FIRST: SearchDocumentKey = {
  projectId: '00000000-0000-0000-0000-000000000000',
  sessionId: '00000000-0000-0000-0000-000000000000',
};

/** How far a rebuild is. */
export interface RebuildProgress {
  phase: 'filling' | 'catching up' | 'swapping';
  /** Sessions that the new index has. */
  indexed: number;
  /** Sessions stored when the rebuild began. */
  sessions: number;
}

/** What a rebuild did. */
export interface RebuildResult {
  indexed: number;
  /** Sessions that the engine refused; indexers try them again, and move those that it refuses to the dead letters. */
  refused: number;
}

/** Whether a rebuild runs, in any process. */
export async function isRebuildRunning(database: Database): Promise<boolean> {
  const { rows } = await database.query<{ free: boolean }>(
    'SELECT pg_try_advisory_xact_lock_shared($1) AS free',
    [REBUILD_LOCK],
  );
  return rows[0]?.free === false;
}

/** Another rebuild of the same database runs. */
export class RebuildRunsError extends Error {}

/**
 * Fills a new index beside the live one and puts it in its place, while writes and searches go on.
 *
 * *Filling*: all stored sessions, in the order of their keys, go into the new index. Indexers keep writing to the live
 * one and note every session that they complete. *Catching up*: noted sessions are brought over until few are left.
 * *Swapping*: nobody claims for some seconds, so that what waits stays in the outbox, where searches find it; the rest
 * is brought over, whatever is still in flight is queued again, and the indexes change places. Only then claims go on.
 *
 * Killed at any moment, it leaves a live index and notes. The next rebuild queues what is noted and begins anew; claims
 * go on when its connection ends. An advisory lock lets one rebuild run at a time.
 */
export class IndexRebuild {
  private readonly state: IndexState;
  private readonly stored: StoredSessions;
  private readonly ending: BatchEnding = {
    complete: () => Promise.resolve(),
    divide: () => Promise.resolve(),
    release: (entries) => this.queue(entries),
    park: async (entry) => {
      await this.queue([entry]);
      return true;
    },
  };
  private indexed = 0;
  private readonly refused = new Set<string>();
  private sessions = 0;
  /** What a batch of the filling failed of. */
  private failure: Error | undefined;

  constructor(
    private readonly database: Database,
    private readonly admin: SearchIndexAdmin,
    private readonly report: (progress: RebuildProgress) => void,
  ) {
    this.state = new IndexState(database);
    this.stored = new StoredSessions(database);
  }

  /** @throws RebuildRunsError when another one runs. Needs a second connection for its lock. */
  run(): Promise<RebuildResult> {
    return this.database.transaction(async (lock) => {
      await lock.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      const { rows } = await lock.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1) AS locked',
        [REBUILD_LOCK],
      );
      if (rows[0]?.locked !== true) throw new RebuildRunsError('Another rebuild of the search index runs.');
      return this.rebuild(lock);
    });
  }

  private async rebuild(lock: Queryable): Promise<RebuildResult> {
    await this.state.beginRebuild();
    this.sessions = await this.countSessions();
    const fresh = await this.admin.openFresh();
    await this.fill(fresh);
    await this.catchUp(fresh);
    this.tell('swapping');
    await this.state.holdClaims(lock);
    await this.state.drained(DRAIN_MS);
    while (await this.bringOver(fresh));
    // The lock is gone when its connection is, and then another rebuild may have begun.
    await lock.query('SELECT');
    // Before the swap, as what is completed after it would be missing from the live index if this process died there.
    await this.state.requeue();
    await this.state.doubtAll();
    await fresh.swap();
    await this.state.endRebuild();
    return { indexed: this.indexed, refused: this.refused.size };
  }

  private async fill(fresh: FreshIndex): Promise<void> {
    let after = FIRST;
    const inFlight = new Set<Promise<void>>();
    while (this.failure === undefined) {
      const { rows } = await this.database.query<OutboxEntry>(KEYS, [after.projectId, after.sessionId]);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last;
      for (const batch of await cutIntoBatches(this.database, rows, BATCH_BYTES)) {
        if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
        const flight = this.index(fresh, batch).finally(() => inFlight.delete(flight));
        inFlight.add(flight);
      }
    }
    await Promise.all(inFlight);
    if (this.failure !== undefined) throw this.failure;
  }

  /** Never rejects, since it is not waited for at once. */
  private async index(fresh: FreshIndex, batch: Batch): Promise<void> {
    try {
      const task = await submitBatch(this.database, fresh, batch);
      const { indexed } = await finishBatch(this.database, fresh, this.ending, batch.entries, task);
      this.indexed += indexed;
      this.tell('filling');
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error('Indexing failed.', { cause: error });
    }
  }

  private async catchUp(fresh: FreshIndex): Promise<void> {
    for (let round = 0; round < MAX_CATCH_UPS; round++) {
      let brought: number;
      do {
        brought = await this.bringOver(fresh);
        this.tell('catching up');
      } while (brought === PAGE);
      if (brought < FEW_NOTED) return;
    }
  }

  /** Brings a page of noted sessions over and gives how many they were. */
  private async bringOver(fresh: FreshIndex): Promise<number> {
    const noted = await this.state.noted(PAGE);
    for (const batch of await cutIntoBatches(this.database, noted, BATCH_BYTES)) {
      const task = await submitBatch(this.database, fresh, batch);
      await finishBatch(this.database, fresh, this.ending, batch.entries, task);
    }
    await this.state.forget(noted);
    return noted.length;
  }

  /** Leaves refused sessions to the indexers, which try them again or call them dead. */
  private async queue(entries: readonly OutboxEntry[]): Promise<void> {
    for (const { sessionId } of entries) this.refused.add(sessionId);
    await this.stored.queue(entries);
  }

  private async countSessions(): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      'SELECT count(*)::float8 AS count FROM sessions',
    );
    return rows[0]?.count ?? 0;
  }

  private tell(phase: RebuildProgress['phase']): void {
    this.report({ phase, indexed: this.indexed, sessions: this.sessions });
  }
}
