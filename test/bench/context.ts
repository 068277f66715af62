import { startProduct } from '../support/product';
import type { Product, ProductOptions } from '../support/product';
import type { Backend } from './bench';
import { startLimit } from './limits/limit-process';
import type { LimitProcess } from './limits/limit-process';
import type { Options } from './options';
import { LARGE } from './sizes';

/**
 * What a bench is given: how much to measure, and the means to start what it measures.
 *
 * What takes minutes to set up, such as a million stored sessions, *lasts*: the first bench that asks for it has it set
 * up, later ones on the same backend find it, and it goes when the last of them has ended.
 */
export class BenchContext {
  /** Rounds of which each gives a pair, seconds that one side is measured, and seconds before that to warm it up. */
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Rounds of what takes a minute or more each; as many as `--rounds` says. */
  readonly longRounds: number;
  /** Whether only to show that the bench runs: less data, fewer rounds. */
  readonly quick: boolean;
  /** Whether to measure with more sessions than can be set up in minutes. */
  readonly large: boolean;
  /** How many sessions to have stored where that matters, the fewest first. */
  readonly sizes: readonly number[];
  private readonly cleanUps: (() => Promise<unknown>)[] = [];
  private readonly made = new Map<string, Promise<unknown>>();

  /** @param backendContext that of all benches on the backend, if this one is for a part of them */
  constructor(
    readonly backend: Backend,
    private readonly options: Pick<Options, 'quick' | 'large' | 'rounds' | 'seconds'>,
    private readonly backendContext?: BenchContext,
  ) {
    const { quick, large, rounds, seconds } = options;
    this.quick = quick;
    this.large = large;
    this.sizes = quick ? [10_000] : [10_000, 1_000_000, ...(large ? [LARGE] : [])];
    this.rounds = rounds ?? (quick ? 1 : 5);
    this.longRounds = rounds ?? (quick ? 1 : 3);
    this.seconds = seconds ?? (quick ? 1 : 5);
    this.warmUpSeconds = quick ? 1 : 4;
  }

  /** Runs a bench, or a part of one, with a context of its own: what it started is gone before the next one begins. */
  async part<Result>(run: (context: BenchContext) => Promise<Result>): Promise<Result> {
    const context = new BenchContext(this.backend, this.options, this.backendContext ?? this);
    try {
      return await run(context);
    } finally {
      await context.close();
    }
  }

  /** Has something done when the bench ends, however it ends; what was asked for last is done first. */
  atEnd(cleanUp: () => Promise<unknown>): void {
    this.cleanUps.push(cleanUp);
  }

  /**
   * What an earlier bench on this backend made under the name, or else makes it now.
   *
   * @param make is given the context of all benches on the backend, at whose end it is to clean up
   */
  lasting<Made>(name: string, make: (context: BenchContext) => Promise<Made>): Promise<Made> {
    if (this.backendContext !== undefined) return this.backendContext.lasting(name, make);
    const made = this.made.get(name) ?? make(this);
    this.made.set(name, made);
    return made as Promise<Made>;
  }

  /** Starts the built product on the backend, on an empty database unless the options name another. */
  async startProduct(options: Omit<ProductOptions, 'queue' | 'search'> = {}): Promise<Product> {
    const product = await startProduct({
      queue: this.backend === 'embedded' ? 'postgres' : 'redis',
      search: this.backend === 'meilisearch' ? 'meilisearch' : 'postgres',
      ...options,
    });
    this.atEnd(() => product.stop());
    return product;
  }

  /** Starts a program of `limits/` in a process of its own, with settings in its environment. */
  async startLimit(program: string, environment: Record<string, string>): Promise<LimitProcess> {
    const limit = await startLimit(program, environment);
    this.atEnd(() => limit.stop());
    return limit;
  }

  /** Does all that `atEnd` was given. @throws what the first that failed threw, once all are done */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const cleanUp of this.cleanUps.splice(0).reverse()) {
      await cleanUp().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
