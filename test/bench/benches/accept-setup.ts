import { backends, createDatabase } from '../../support/backends';
import type { Product } from '../../support/product';
import type { BenchContext } from '../context';
import { sendLoad } from '../load/load';
import type { Load, LoadResult } from '../load/load';
import type { Requests } from '../load/requests';
import { emptyPostgres, emptyRedis, QUEUE_PREFIX } from './queue-reset';

/**
 * The product and limits that only accept: no worker takes what they put into their queues, so that the two cores are
 * theirs, the queue server's and the load generator's. Queues are emptied after each measurement.
 */
export class AcceptSetup {
  private readonly databaseUrls: string[] = [];

  constructor(private readonly context: BenchContext) {}

  /** Starts the product's APIs. */
  async startApis(apis = 1): Promise<Product> {
    const settings = { QUEUE_NAME: `${QUEUE_PREFIX}product` };
    const product = await this.context.startProduct({ apis, workers: 0, settings });
    this.databaseUrls.push(product.databaseUrl);
    return product;
  }

  /** Starts a program of `limits/` with a queue of its own on the bench's backend; returns where it listens. */
  async startLimit(program: string, queue: string, settings: Record<string, string> = {}): Promise<string> {
    const environment = { ...(await this.queueSettings()), QUEUE_NAME: QUEUE_PREFIX + queue, ...settings };
    return (await this.context.startLimit(program, environment)).url;
  }

  /** Sends requests for as long as one side is measured, and empties the queues. */
  async measure(requests: Omit<Load, 'seconds'>, seconds = this.context.seconds): Promise<LoadResult> {
    const result = await sendLoad({ ...requests, seconds });
    if (this.context.backend === 'embedded') await Promise.all(this.databaseUrls.map(emptyPostgres));
    else await emptyRedis();
    return result;
  }

  /** Sends requests until what answers them is warm. */
  async warmUp(requests: Requests): Promise<void> {
    await this.measure(requests, this.context.warmUpSeconds);
  }

  private async queueSettings(): Promise<Record<string, string>> {
    if (this.context.backend !== 'embedded') return { REDIS_URL: backends().redis?.url ?? '' };
    const database = await createDatabase();
    this.context.atEnd(() => database.drop());
    this.databaseUrls.push(database.url);
    return { DATABASE_URL: database.url };
  }
}
