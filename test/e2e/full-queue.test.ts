import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, QUEUES, untilStored } from './api-client';

describe.each(QUEUES)('a queue that is full, on $queue', (profile) => {
  let product: Product;
  let client: ApiClient;

  beforeAll(async () => {
    product = await startProduct({ ...profile, workers: 0, settings: { INGEST_MAX_BACKLOG: '1' } });
    client = new ApiClient(product);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('has sessions refused, to be sent again, until a worker has made room', async () => {
    let accepted = 0;
    const create = async () => {
      const answer = await client.create({ name: 'one more' });
      if (answer.status === 201) accepted += 1;
      return answer;
    };
    await eventually(async () => (await create()).status === 503);
    const { status, headers } = await create();
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(await client.sendNdjson([{ name: 'first' }, { name: 'second' }])).toEqual(
      [0, 1].map((index) => ({
        index,
        status: 'rejected',
        error: 'Too many sessions wait to be stored; send this one again later.',
        retryable: true,
      })),
    );

    await product.start('worker');
    await eventually(async () => (await create()).status === 201);
    await untilStored(product, accepted);
  }, 60_000);
});
