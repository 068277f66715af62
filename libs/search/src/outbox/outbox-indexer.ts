import { encodeId } from '@sessions/contract';
import type { Database, Logger } from '@sessions/runtime';
import { isLockedOut, isStatementTimeout, sleep } from '@sessions/runtime';
import type { SearchEngine } from '../search-engine';
import { FlyingBatch } from './flying-batch';
import type { LoadedBatch } from './index-batch';
import { cutIntoBatches, finishBatch, loadBatch } from './index-batch';
import { IndexState } from './index-state';
import type { OutboxEntry } from './outbox';
import { Outbox } from './outbox';

/** How an indexer works; the defaults suit production. */
export interface IndexerOptions {
  /** Most rows claimed at a time. Default what the engine is fed at a time. */
  claimRows?: number;
  /** Most bytes of text handed to the engine at a time. Default 8 MiB. */
  batchBytes?: number;
  /** Most batches that the engine works on or has waiting at a time. Default what the engine asks for. */
  maxInFlight?: number;
  /** Milliseconds between claims while few sessions wait. Default what the engine asks for. */
  lingerMs?: number;
  /** Milliseconds for which a row is held; renewed while it is worked on. Default 20,000. */
  leaseMs?: number;
  /** Milliseconds after which the outbox is looked at without having been woken. Default 1000. */
  sweepMs?: number;
}

const NO_ANSWER = 'Indexing waits: the search engine or the database does not answer.';
const LOCKED_OUT =
  'A lock that somebody else holds in the database keeps some sessions from being indexed until it is gone: end the ' +
  'transaction that pg_locks and pg_stat_activity show.';

/** Waiting sessions that are worth a batch of their own. */
const BACKLOG = 1000;
const FIRST_PAUSE_MS = 500;
/** Longer than a lease, so that what a killed process held counts for nothing. */
const DRAIN_MS = 30_000;
/** Short, so that indexing goes on within five seconds of the return of what was away. */
const MAX_PAUSE_MS = 3000;

/**
 * Brings what is in the outbox to the search engine.
 *
 * Stopped until `start()`. Then *preparing*: the engine is asked whether it has all that it needs, and given it
 * while nobody indexes. Then *working*: rows are claimed, cut into batches and submitted, up to `maxInFlight` of them
 * without waiting for each, and while the engine takes one the next is loaded; after a claim that left few it lingers,
 * as long as the engine asks for; with nothing to claim it sleeps until `wake()` or the sweep. Any failure of the engine
 * or the database leads to *away*: what was claimed is released (at once, or as soon as the database answers again), one
 * line is logged, and after a pause that doubles up to 3 s it prepares again; half as many rows are claimed next where a
 * statement took too long, and an eighth more after each claim that was filled and went well. A batch of which somebody
 * else holds a row for longer than a statement waits is left to its lease. `stop()` ends claiming and submitting in any
 * state, waits for what is in flight, and releases what is not done by its deadline; leases would give it back anyway.
 */
export class OutboxIndexer {
  private readonly outbox: Outbox;
  private readonly state: IndexState;
  private readonly options: Required<IndexerOptions>;
  private readonly inFlight = new Map<Promise<void>, FlyingBatch>();
  /** Rows that are claimed and not handed to the engine yet. */
  private unsubmitted: readonly OutboxEntry[] = [];
  /** Whether the engine took the last batch that it was handed since it was prepared, once that is known. */
  private lastTaken: Promise<boolean> = Promise.resolve(true);
  /** Rows that could not be given back while the database was away. */
  private unreleased: OutboxEntry[] = [];
  private readonly stopSignal = new AbortController();
  /** Ends the sleep of the current round. */
  private alarm = new AbortController();
  private running: Promise<void> | undefined;
  private stopped: Promise<void> | undefined;
  /** What a batch failed of since the last round. */
  private failure: Error | undefined;
  /** What was last said of it, while nothing has been indexed since. */
  private trouble: string | undefined;
  private isRenewing = false;
  private pauseMs = FIRST_PAUSE_MS;
  /** Rows of the next claim: fewer after one that the database took too long over. */
  private claimRows: number;

  constructor(
    private readonly database: Database,
    private readonly engine: SearchEngine,
    private readonly logger: Logger,
    options: IndexerOptions = {},
  ) {
    this.outbox = new Outbox(database);
    this.state = new IndexState(database);
    this.options = {
      claimRows: engine.batchSize,
      batchBytes: 8 * 1024 * 1024,
      maxInFlight: engine.batchesInFlight,
      lingerMs: engine.lingerMs,
      leaseMs: 20_000,
      sweepMs: 1000,
      ...options,
    };
    this.claimRows = this.options.claimRows;
  }

  /** Begins to work and resolves at once, whether the engine answers or not. */
  start(): Promise<void> {
    this.running ??= this.run();
    return Promise.resolve();
  }

  /** Says that the outbox has something new. */
  wake(): void {
    this.alarm.abort();
  }

  /** Ends the work. What is in flight has `deadlineMs` milliseconds to end, then it is left to another process. */
  stop(deadlineMs: number): Promise<void> {
    this.stopped ??= this.end(deadlineMs);
    return this.stopped;
  }

  private async end(deadlineMs: number): Promise<void> {
    this.stopSignal.abort();
    this.alarm.abort();
    const ended = new AbortController();
    const drained = this.drained().finally(() => ended.abort());
    await Promise.race([drained, sleep(deadlineMs, ended.signal)]);
    const left = this.held();
    this.unsubmitted = [];
    if (left.length === 0) return;
    this.logger.warn({ sessions: left.length }, 'Indexing was stopped before the search engine was done.');
    await this.release(left);
  }

  private async drained(): Promise<void> {
    await this.running;
    await Promise.all(this.inFlight.keys());
  }

  private async run(): Promise<void> {
    const renewal = setInterval(() => void this.renewLeases(), this.options.leaseMs / 3);
    let prepared = false;
    while (!this.stopSignal.signal.aborted) {
      try {
        if (!prepared) await this.prepare();
        prepared = true;
        await this.work();
      } catch (error) {
        // Sessions of thousands of messages each may be more than the database can read in the time of a statement.
        if (isStatementTimeout(error)) this.claimRows = Math.ceil(this.claimRows / 2);
        await this.pause(error, prepared && isLockedOut(error) ? LOCKED_OUT : NO_ANSWER);
        prepared = false;
      }
    }
    await Promise.all(this.inFlight.keys());
    clearInterval(renewal);
  }

  /** A change of settings waits until nobody has batches in flight, and keeps everybody from sending more. */
  private async prepare(): Promise<void> {
    await Promise.all(this.inFlight.keys());
    this.lastTaken = Promise.resolve(true);
    if (await this.engine.isPrepared()) return;
    await this.database.transaction(async (connection) => {
      await this.state.holdClaims(connection);
      await this.state.drained(DRAIN_MS);
      await this.engine.prepare();
    });
  }

  /** One round. Rejects when the engine or the database failed, in this round or in a batch since the last. */
  private async work(): Promise<void> {
    await this.room();
    this.alarm = new AbortController();
    this.throwFailure();
    if (this.stopSignal.signal.aborted) return;
    await this.releaseLate();
    const entries = await this.outbox.claim(this.claimRows, this.options.leaseMs);
    if (entries.length > 0) {
      await this.submit(entries);
      await this.linger(entries.length);
      // Slowly, since each that is too many costs the time of a statement; what fills no claim tells nothing.
      const more = entries.length < this.claimRows ? 0 : Math.ceil(this.claimRows / 8);
      this.claimRows = Math.min(this.claimRows + more, this.options.claimRows);
      return;
    }
    if (this.inFlight.size === 0) this.engineAnswers();
    await sleep(this.options.sweepMs, this.alarm.signal);
  }

  /**
   * Lets sessions gather after a claim that took what there was; one that was filled, or left many, has a backlog.
   *
   * No `wake()` ends it, since one comes with every stored batch, and no look whether a burst has come: that would, by
   * estimate, begin a burst at most 0.8 s earlier, where indexing a second of it takes five.
   */
  private async linger(claimed: number): Promise<void> {
    const { lingerMs } = this.options;
    if (lingerMs === 0 || claimed >= this.claimRows) return;
    // Where many projects wait, a claim is not filled from the backlog of one.
    if (await this.outbox.holdsUnclaimed(Math.min(this.claimRows, BACKLOG))) return;
    await sleep(lingerMs, this.stopSignal.signal);
  }

  /** Resolves when the engine may be handed one more batch. */
  private async room(): Promise<void> {
    while (this.inFlight.size >= this.options.maxInFlight) await Promise.race(this.inFlight.keys());
  }

  /** Hands over no more once the engine failed to take a batch, or the indexer stops; the rest is given back. */
  private async submit(entries: readonly OutboxEntry[]): Promise<void> {
    this.unsubmitted = entries;
    try {
      const batches = await cutIntoBatches(this.database, entries, this.options.batchBytes);
      const claim = batches.length === 1 ? (entries[0]?.claim ?? undefined) : undefined;
      if (claim === undefined) await this.outbox.divide(entries);
      for (const batch of batches) {
        const loaded = await loadBatch(this.database, batch);
        await this.room();
        if (!(await this.lastTaken) || this.stopSignal.signal.aborted) break;
        this.unsubmitted = this.unsubmitted.slice(batch.entries.length);
        this.handOver(batch.entries, loaded, claim);
      }
    } finally {
      const left = this.unsubmitted;
      this.unsubmitted = [];
      if (left.length > 0) await this.release(left);
    }
  }

  /** Does not wait until the engine has taken the batch, so that the next one is loaded meanwhile. */
  private handOver(
    batch: readonly OutboxEntry[],
    { documents, removals }: LoadedBatch,
    claim: string | undefined,
  ): void {
    const submission = this.engine.submit(documents, removals, claim);
    const flying = new FlyingBatch(this.outbox, batch);
    const flight: Promise<void> = submission
      .then((task) => finishBatch(this.database, this.engine, flying, batch, task))
      .then(({ parked }) => this.batchEnded(parked))
      .catch((error: unknown) => this.batchFailed(flying.left, error))
      .finally(() => this.inFlight.delete(flight));
    this.inFlight.set(flight, flying);
    this.lastTaken = submission.then(
      () => true,
      () => false,
    );
  }

  private batchEnded(parked: readonly OutboxEntry[]): void {
    this.engineAnswers();
    for (const { projectId, sessionId } of parked) {
      this.logger.error(
        { projectId: encodeId('proj', projectId), sessionId: encodeId('sess', sessionId) },
        'The search engine refuses this session; it was moved to the dead letters.',
      );
    }
  }

  private async batchFailed(batch: readonly OutboxEntry[], error: unknown): Promise<void> {
    this.failure = error instanceof Error ? error : new Error('Indexing failed.', { cause: error });
    if (!isLockedOut(error)) await this.release(batch);
    this.alarm.abort();
  }

  private throwFailure(): void {
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  private engineAnswers(): void {
    if (this.trouble !== undefined) this.logger.info({ engine: this.engine.name }, 'Indexing goes on.');
    this.trouble = undefined;
    this.pauseMs = FIRST_PAUSE_MS;
  }

  private async pause(error: unknown, sentence: string): Promise<void> {
    if (sentence !== this.trouble) this.logger.warn({ engine: this.engine.name, err: error }, sentence);
    this.trouble = sentence;
    await sleep(this.pauseMs, this.stopSignal.signal);
    this.pauseMs = Math.min(this.pauseMs * 2, MAX_PAUSE_MS);
  }

  private held(): OutboxEntry[] {
    return [...Array.from(this.inFlight.values(), ({ left }) => left), this.unsubmitted].flat();
  }

  /** One batch after the other: all at once would be megabytes of keys, and hold up the completion of every batch. */
  private async renewLeases(): Promise<void> {
    if (this.isRenewing) return;
    this.isRenewing = true;
    // First what may be handed over meanwhile.
    await this.renew(this.unsubmitted);
    for (const { left } of [...this.inFlight.values()]) await this.renew(left);
    this.isRenewing = false;
  }

  private async renew(batch: readonly OutboxEntry[]): Promise<void> {
    try {
      await this.outbox.renew(batch, this.options.leaseMs);
    } catch (error) {
      this.logger.debug(
        { err: error },
        'Leases of the outbox were not renewed; some sessions may be indexed twice.',
      );
    }
  }

  /**
   * What the database does not take back now is given back when it answers again, or when its lease runs out: always the
   * latter where somebody holds one of the rows, since to wait for that once more before each claim would keep all others
   * from being indexed for as long as that transaction is open.
   */
  private async release(entries: readonly OutboxEntry[]): Promise<void> {
    try {
      await this.outbox.release(entries);
    } catch (error) {
      if (!isLockedOut(error)) this.unreleased.push(...entries);
      this.logger.debug(
        { err: error },
        'Rows of the outbox stay held until the database answers, or their lease ends.',
      );
    }
  }

  private async releaseLate(): Promise<void> {
    const late = this.unreleased;
    if (late.length === 0) return;
    // Batches that fail meanwhile add to it.
    this.unreleased = [];
    try {
      await this.outbox.release(late);
    } catch (error) {
      if (!isLockedOut(error)) this.unreleased.push(...late);
      throw error;
    }
  }
}
