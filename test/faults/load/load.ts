import { sleep } from '@sessions/runtime';
import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import type { Random } from '../../support/random';
import { Balancer } from './balancer';
import { makeBody } from './bodies';
import { Ledger } from './ledger';
import type { Write } from './ledger';
import { Sender } from './sender';
import type { BatchForm } from './sender';

/** What a load is like. */
export interface LoadOptions {
  project: ProjectWithKey;
  urls: readonly string[];
  random: Random;
  /** Requests begun in a second. */
  rate: number;
  /** How long requests that may be repeated are, after the load's end, until they are answered. */
  patienceMs: number;
}

/** How many external records there are, and how many connectors may send one of them at a time. */
const RECORDS = 40;
const CONNECTORS = 3;

/** Requests under way at once; beyond it the load waits, as connectors do. */
const MAX_UNDER_WAY = 150;

/** Sessions that share a searchable word. */
const SESSIONS_A_WORD = 100;

/** An external record: a conversation that grows, sent again and again by several connectors. */
interface ExternalRecord {
  identity: { external_source: string; external_id: string };
  shared: string;
  versions: Write[];
  underWay: number;
}

/**
 * A steady load, as connectors make it:
 *
 * - single sessions, never repeated: what is not answered may be stored or not;
 * - the same with an `Idempotency-Key`, repeated with the same key until answered, some sent twice at once;
 * - versions of external records, repeated until answered, some sent again later on;
 * - batches of all of these, as JSON with a key (repeated), and as JSON and NDJSON without (never).
 */
export class Load {
  readonly ledger = new Ledger();
  /** Words that stored sessions can be searched by, each shared by many. */
  readonly sharedWords: string[] = [];
  private readonly balancer: Balancer;
  private readonly sender: Sender;
  private readonly records: ExternalRecord[];
  private readonly random: Random;
  private readonly underWay = new Set<Promise<void>>();
  private inWord = 0;
  private timer: NodeJS.Timeout | undefined;
  private patienceEnds = Infinity;

  constructor(private readonly options: LoadOptions) {
    this.random = options.random;
    this.balancer = new Balancer(options.urls, this.random.fork());
    this.sender = new Sender(options.project, this.balancer, this.ledger);
    this.records = Array.from({ length: RECORDS }, (_, index) => ({
      identity: { external_source: 'zendesk', external_id: `${this.random.word(6)}-${index}` },
      shared: this.sharedWord(),
      versions: [],
      underWay: 0,
    }));
  }

  start(): void {
    this.balancer.start();
    this.timer = setInterval(() => {
      if (this.underWay.size < MAX_UNDER_WAY) this.run(this.sendOne());
    }, 1000 / this.options.rate);
  }

  /** Begins nothing new, and resolves once everything that is to be repeated was answered or the patience ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.patienceEnds = Date.now() + this.options.patienceMs;
    await Promise.all(this.underWay);
    this.balancer.stop();
    this.sender.close();
  }

  /** Sends one large batch at once, so that a worker has its hands full, and resolves when it is answered. */
  async burst(sessions: number): Promise<void> {
    const writes = Array.from({ length: sessions }, () => this.newWrite('plain'));
    await this.sender.batch(writes, { body: 'array', streamed: false });
  }

  private run(work: Promise<void>): void {
    const running = work
      .catch((error: unknown) => this.ledger.surprise(`the load failed: ${String(error)}`))
      .finally(() => this.underWay.delete(running));
    this.underWay.add(running);
  }

  private sendOne(): Promise<void> {
    const draw = this.random.next();
    if (draw < 0.35) return this.sendPlain();
    if (draw < 0.55) return this.sendKeyed();
    if (draw < 0.85) return this.sendRecord();
    return this.sendBatch();
  }

  private async sendPlain(): Promise<void> {
    await this.sender.single(this.newWrite('plain'));
  }

  private async sendKeyed(): Promise<void> {
    const write = this.newWrite('keyed');
    const key = `key ${write.word}`;
    const send = () => this.untilAnswered(() => this.isAnswered(write, key));
    await Promise.all(this.random.chance(0.2) ? [send(), send()] : [send()]);
    if (this.random.chance(0.1)) await send();
  }

  private async sendRecord(): Promise<void> {
    const record = this.random.pick(this.records);
    if (record.underWay >= CONNECTORS) return this.sendPlain();
    record.underWay += 1;
    const write = this.nextVersion(record);
    await this.untilAnswered(() => this.isAnswered(write));
    record.underWay -= 1;
  }

  private async sendBatch(): Promise<void> {
    const keyed = this.random.chance(0.5);
    const writes = Array.from({ length: this.random.between(2, 15) }, () =>
      this.random.chance(0.3)
        ? this.nextVersion(this.random.pick(this.records))
        : this.newWrite(keyed ? 'keyed' : 'plain'),
    );
    const form: BatchForm = {
      body: this.random.pick(keyed ? ['array', 'object'] : ['array', 'object', 'ndjson', 'gzip']),
      streamed: this.random.chance(0.5),
    };
    const key = `batch ${this.random.word()}`;
    if (!keyed) await this.sender.batch(writes, form);
    else await this.untilAnswered(() => this.sender.batch(writes, form, key));
  }

  private async isAnswered(write: Write, key?: string): Promise<boolean> {
    await this.sender.single(write, key);
    return write.attempts.at(-1)?.acknowledged === true;
  }

  /** Repeats with waits that grow to half a second. */
  private async untilAnswered(send: () => Promise<boolean>): Promise<void> {
    for (let wait = 50; !(await send()); wait = Math.min(wait * 2, 500)) {
      if (Date.now() > this.patienceEnds) {
        this.ledger.unanswered += 1;
        return;
      }
      await sleep(wait + this.random.between(0, 50));
    }
  }

  private newWrite(kind: 'plain' | 'keyed'): Write {
    const word = this.random.word();
    const body = makeBody(this.random, word, this.sharedWord(), this.random.between(0, 6));
    return this.ledger.add({ word, kind, body });
  }

  /** Mostly a version with one more message than the last, sometimes an earlier one again. */
  private nextVersion(record: ExternalRecord): Write {
    if (record.versions.length > 0 && this.random.chance(0.15)) return this.random.pick(record.versions);
    const word = this.random.word();
    const body = makeBody(this.random, word, record.shared, record.versions.length % 12, record.identity);
    const { external_source: source, external_id: id } = record.identity;
    const write = this.ledger.add({ word, kind: 'record', body, record: `${source}/${id}` });
    record.versions.push(write);
    return write;
  }

  private sharedWord(): string {
    if (this.inWord === 0) this.sharedWords.push(this.random.word());
    this.inWord = (this.inWord + 1) % SESSIONS_A_WORD;
    return this.sharedWords.at(-1) ?? '';
  }
}
