import { Inject, Injectable } from '@nestjs/common';
import { unavailable } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';

/** Connections that lists and searches leave to what everybody waits for: keys, keyed creates and single sessions. */
const LEFT_FREE = 2;

/** Milliseconds that one waits for its turn, as long as others wait for a connection. */
const LONGEST_WAIT_MS = 5000;

/**
 * How many lists, and searches of the database or by name, use it at once. Some take seconds on a very large project:
 * with every connection taken by these no key could be looked up, and every project would be refused. A project has half
 * of the connections at most, so that it cannot keep others from reading. Who has to wait begins in the order in which it
 * came.
 */
@Injectable()
export class ReadSlots {
  private readonly most: number;
  private readonly mostOfProject: number;
  private readonly running = new Map<string, number>();
  private total = 0;
  private readonly waiting: { project: string; begin: () => void }[] = [];

  constructor(@Inject(CONFIGURATION) { DATABASE_POOL }: Pick<Configuration, 'DATABASE_POOL'>) {
    this.most = Math.max(1, DATABASE_POOL - LEFT_FREE);
    this.mostOfProject = Math.min(this.most, Math.ceil(DATABASE_POOL / 2));
  }

  /**
   * Does the work as soon as the project may have one more connection, and gives what it gives.
   *
   * @throws ApiError 503 when that takes more than five seconds
   */
  async run<Result>(project: string, work: () => Promise<Result>): Promise<Result> {
    if (this.mayBegin(project)) this.count(project, 1);
    else await this.turnOf(project);
    try {
      return await work();
    } finally {
      this.count(project, -1);
      this.beginNext();
    }
  }

  private turnOf(project: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(late);
        resolve();
      };
      const entry = { project, begin };
      const late = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(unavailable('The database is busy with other lists and searches; try again in a moment.'));
      }, LONGEST_WAIT_MS);
      this.waiting.push(entry);
    });
  }

  private mayBegin(project: string): boolean {
    return this.total < this.most && (this.running.get(project) ?? 0) < this.mostOfProject;
  }

  private beginNext(): void {
    const place = this.waiting.findIndex(({ project }) => this.mayBegin(project));
    const [next] = place === -1 ? [] : this.waiting.splice(place, 1);
    if (next === undefined) return;
    this.count(next.project, 1);
    next.begin();
  }

  private count(project: string, change: 1 | -1): void {
    const running = (this.running.get(project) ?? 0) + change;
    if (running === 0) this.running.delete(project);
    else this.running.set(project, running);
    this.total += change;
  }
}
