import type { Meilisearch, Task } from 'meilisearch';
import type { IndexOutcome } from '../search-engine';
import { isEngineFault, isUnexplained } from './errors';

const FIRST_DELAY_MS = 20;
const MAX_DELAY_MS = 200;
/** Tasks asked for in one request, to keep its address short. */
const TASKS_PER_REQUEST = 200;

interface Waiter {
  resolve(outcome: IndexOutcome): void;
  reject(error: unknown): void;
}

/**
 * Asks Meilisearch how tasks ended: one request for all that are outstanding, however many callers wait.
 *
 * Idle while nothing is outstanding. Otherwise it asks again after a delay that begins at 20 ms and grows to a fifth of a
 * second while nothing ends. When the engine cannot be asked, every waiting promise rejects and it is idle again; when it
 * does not know a task, because its tasks or all its data were deleted, those that wait for that one reject.
 */
export class TaskPoller {
  private readonly waiters = new Map<number, Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private delay = FIRST_DELAY_MS;

  constructor(private readonly client: Meilisearch) {}

  /** How the task ends. Rejects when the engine is away, forgot it, or failed for a reason that lies in itself. */
  outcome(taskUid: number): Promise<IndexOutcome> {
    return new Promise((resolve, reject) => {
      this.waiters.set(taskUid, { resolve, reject });
      this.delay = FIRST_DELAY_MS;
      this.schedule();
    });
  }

  /** Stops asking; whoever still waits is told so. */
  close(): void {
    clearTimeout(this.timer);
    this.rejectAll(new Error('The search engine was closed before its task ended.'));
  }

  private schedule(): void {
    if (this.timer !== undefined || this.waiters.size === 0) return;
    this.timer = setTimeout(() => {
      void this.poll().finally(() => {
        this.timer = undefined;
        this.schedule();
      });
    }, this.delay);
  }

  private async poll(): Promise<void> {
    const uids = [...this.waiters.keys()].slice(0, TASKS_PER_REQUEST);
    try {
      // The limit has room for all of them, so what is not listed does not exist.
      const { results } = await this.client.tasks.getTasks({ uids, limit: uids.length });
      const ended = results.filter((task) => !['enqueued', 'processing'].includes(task.status));
      for (const task of ended) this.settle(task);
      const known = new Set(results.map(({ uid }) => uid));
      for (const uid of uids) if (!known.has(uid)) this.forget(uid);
      this.delay = ended.length > 0 ? FIRST_DELAY_MS : Math.min(this.delay * 1.5, MAX_DELAY_MS);
    } catch (error) {
      this.rejectAll(error);
    }
  }

  private settle(task: Task): void {
    const waiter = this.waiters.get(task.uid);
    this.waiters.delete(task.uid);
    if (task.status === 'succeeded') waiter?.resolve({ status: 'succeeded' });
    else if (task.status === 'canceled')
      waiter?.reject(new Error(`Meilisearch task ${task.uid} was canceled.`));
    else {
      const reason = task.error?.message ?? 'Meilisearch gave no reason.';
      const code = task.error?.code ?? '';
      if (isEngineFault(code)) waiter?.reject(new Error(reason));
      else waiter?.resolve({ status: 'failed', reason, ...(isUnexplained(code) ? { mayPass: true } : {}) });
    }
  }

  /** How it ended cannot be told any more, so whoever waits has to send its batch again. */
  private forget(taskUid: number): void {
    const waiter = this.waiters.get(taskUid);
    this.waiters.delete(taskUid);
    waiter?.reject(new Error(`Meilisearch no longer knows its task ${taskUid}: somebody deleted its tasks.`));
  }

  private rejectAll(error: unknown): void {
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
  }
}
