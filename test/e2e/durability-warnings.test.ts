import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';

describe('an API on a Postgres that may lose what it acknowledged', () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ queue: 'postgres', search: 'postgres', workers: 0 });
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('says so in its log when it starts', async () => {
    const log = () => product.processes[0]?.output() ?? '';
    await eventually(() => log().includes('The api is ready.'));
    for (const setting of ['fsync', 'synchronous_commit']) {
      expect(log()).toContain(
        `Postgres has ${setting} off; set it to on, or acknowledged sessions can be lost.`,
      );
    }
  });
});
