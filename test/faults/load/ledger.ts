import type { SessionBody } from './bodies';
import type { Exchange } from './exchange';

/** How a write is sent, which decides what may be said of it if nobody answers. */
export type WriteKind = 'plain' | 'keyed' | 'record';

/** One time that a write was sent. */
export interface Attempt {
  begun: number;
  ended: number;
  acknowledged: boolean;
}

/** One session, or one version of an external record, that the load wants stored. Sent again it stays one write. */
export interface Write {
  /** A word of its own, found in the stored session's `custom_fields.write`. */
  readonly word: string;
  readonly kind: WriteKind;
  readonly body: SessionBody;
  /** `source/id` of the external record that it is a version of. */
  readonly record?: string;
  readonly attempts: Attempt[];
  /** The session ids that were answered; more than one is a fault. */
  readonly ids: Set<string>;
}

/** What every request of a scenario came to, and what must therefore be found in the end. */
export class Ledger {
  readonly writes = new Map<string, Write>();
  /** Answers and failures by what they were: `503`, `409`, `ECONNRESET`, `timeout` … */
  readonly outcomes = new Map<string, number>();
  /** What no client should ever be answered, in sentences. */
  readonly surprises: string[] = [];
  /** Every request that was not answered with success, in sentences, save those that must wait for their twin (409). */
  readonly failures: string[] = [];
  /** How long clients waited for each 503. */
  private readonly refusals: number[] = [];
  /** Writes that were sent again until the patience ended, without an answer. */
  unanswered = 0;

  add(write: Omit<Write, 'attempts' | 'ids'>): Write {
    const added: Write = { ...write, attempts: [], ids: new Set() };
    this.writes.set(added.word, added);
    return added;
  }

  /** Notes an answer to a request of an API, or that there was none. */
  note(url: string, { begun, ended, status, complete, failure, text }: Exchange): void {
    const outcome = complete ? String(status) : (failure ?? 'cut off');
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    if (!complete || (status >= 400 && status !== 409)) {
      const time = new Date(begun).toISOString().slice(11, 23);
      this.failures.push(`sent to ${url} at ${time}: ${outcome} after ${ended - begun} ms`);
    }
    if (status === 503) this.refusals.push(ended - begun);
    const surprising = complete && status >= 400 && status !== 409 && status !== 503;
    if (surprising) this.surprise(`answered ${status}: ${text.slice(0, 200)}`);
  }

  surprise(sentence: string): void {
    this.surprises.push(sentence);
  }

  count(outcome: string): number {
    return this.outcomes.get(outcome) ?? 0;
  }

  /** Within how many milliseconds that share of all 503s came. */
  refusalMs(share: number): number {
    const sorted = this.refusals.toSorted((a, b) => a - b);
    return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  }

  acknowledged(): Write[] {
    return [...this.writes.values()].filter(isAcknowledged);
  }
}

export function isAcknowledged({ attempts }: Write): boolean {
  return attempts.some(({ acknowledged }) => acknowledged);
}
