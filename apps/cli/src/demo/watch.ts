import { sleep } from '@sessions/runtime';
import { grouped } from '../numbers';
import type { DemoApi } from './demo-api';
import type { Counts } from './progress-line';

const POLL_MS = 250;

/** What is counted beyond acceptance. */
type Stage = 'persisted' | 'searchable';
const STAGES: readonly Stage[] = ['persisted', 'searchable'];

/**
 * Counts how many sessions of a demo are accepted, stored and found by search, by asking the API four times a
 * second. The average lag of a stage follows from the counts alone: sessions that are accepted but not there yet,
 * summed up over time, divided by the number of sessions (Little's law).
 */
export class Watch {
  private readonly counts: Counts = { accepted: 0, persisted: 0, searchable: 0 };
  private readonly begunAt = performance.now();
  private lastAcceptedAt = this.begunAt;
  private readonly doneAt: Partial<Record<Stage, number>> = {};
  private readonly waitedMs: Record<Stage, number> = { persisted: 0, searchable: 0 };

  /**
   * @param run the word and the company id that the sessions of this demo, and no others, carry.
   * @param total how many sessions there will be.
   */
  constructor(
    private readonly api: DemoApi,
    private readonly run: string,
    private readonly total: number,
  ) {}

  /** Counts one more session that the API has taken responsibility for. */
  accepted(): void {
    this.counts.accepted++;
    this.lastAcceptedAt = performance.now();
  }

  /**
   * Asks and reports until every session is stored and searchable, `giveUp` aborts, or nothing has changed for `patienceMs`.
   * Rejects with what the API answers when it refuses.
   */
  async untilAllThere(
    patienceMs: number,
    giveUp: AbortSignal,
    report: (counts: Counts) => void,
  ): Promise<void> {
    let askedAt = performance.now();
    let changedAt = askedAt;
    while (
      STAGES.some((stage) => this.doneAt[stage] === undefined) &&
      !giveUp.aborted &&
      performance.now() - changedAt < patienceMs
    ) {
      await sleep(POLL_MS, giveUp);
      const before = JSON.stringify(this.counts);
      const now = performance.now();
      for (const stage of STAGES) await this.count(stage, now - askedAt);
      askedAt = now;
      if (JSON.stringify(this.counts) !== before) changedAt = performance.now();
      report(this.counts);
    }
  }

  /** The result, a line a stage. */
  summary(): string[] {
    const sending = (this.lastAcceptedAt - this.begunAt) / 1000;
    const rate = grouped(Math.round(this.counts.accepted / sending));
    return [
      `Accepted    ${this.share('accepted')} in ${sending.toFixed(1)} s, ${rate} a second`,
      ...STAGES.map((stage) => `${stage === 'persisted' ? 'Persisted ' : 'Searchable'}  ${this.lag(stage)}`),
    ];
  }

  private async count(stage: Stage, elapsedMs: number): Promise<void> {
    if (this.doneAt[stage] !== undefined) return;
    const search: Record<string, string> = stage === 'searchable' ? { search: this.run } : {};
    this.counts[stage] = (await this.api.list({ companyId: this.run, limit: '1', ...search })).total;
    this.waitedMs[stage] += Math.max(0, this.counts.accepted - this.counts[stage]) * elapsedMs;
    if (this.counts[stage] >= this.total) this.doneAt[stage] = performance.now();
  }

  private lag(stage: Stage): string {
    const doneAt = this.doneAt[stage];
    if (doneAt === undefined) return `${this.share(stage)} so far`;
    const average = (this.waitedMs[stage] / this.total / 1000).toFixed(1);
    const last = (Math.max(0, doneAt - this.lastAcceptedAt) / 1000).toFixed(1);
    return `${this.share(stage)}, about ${average} s after acceptance on average, the last after ${last} s`;
  }

  private share(count: keyof Counts): string {
    return `${grouped(this.counts[count])} of ${grouped(this.total)}`;
  }
}
