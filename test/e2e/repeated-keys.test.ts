import { Client } from 'pg';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, QUEUES, untilStored } from './api-client';

/** As if the API had died after the queue had the sessions, and the client had waited for the lease to end. */
const FORGET_ANSWERS = `UPDATE idempotency_keys SET status = NULL, response = NULL, lease_until = now()`;

describe.each(QUEUES)(
  'a request with an Idempotency-Key that is repeated, with the queue on $queue',
  (profile) => {
    let product: Product;
    let database: Client;
    let one: ApiClient;
    let two: ApiClient;

    beforeAll(async () => {
      product = await startProduct({ ...profile, apis: 2, workers: 0 });
      database = new Client({ connectionString: product.databaseUrl });
      await database.connect();
      [one, two] = [new ApiClient(product, 0), new ApiClient(product, 1)];
    }, 60_000);
    afterAll(async () => {
      await database.end();
      await product.stop();
    }, 60_000);

    const external = (id: string) => ({ external_source: 'zendesk', external_id: id });

    it('does not undo what was accepted since, whether that waits or is stored', async () => {
      const early = await one.create({ ...external('waits'), name: 'old', description: 'd' }, key('waits'));
      await two.create({ ...external('waits'), name: 'new' });
      await database.query(FORGET_ANSWERS);
      const again = await two.create({ ...external('waits'), name: 'old', description: 'd' }, key('waits'));
      expect([early.status, again.status]).toEqual([201, 201]);
      expect(again.content.session).toMatchObject({
        id: early.content.session.id,
        name: 'new',
        description: 'd',
      });
      expect((await one.get(early.content.session.id)).content.session.name).toBe('new');

      const worker = await product.start('worker');
      await untilStored(product, 1);
      await database.query(FORGET_ANSWERS);
      const late = await one.create({ ...external('waits'), name: 'old', description: 'd' }, key('waits'));
      expect(late).toMatchObject({ status: 201, content: { session: { name: 'new' } } });
      await one.create({ ...external('after'), name: 'last' });
      await untilStored(product, 2);
      expect((await two.get(early.content.session.id)).content.session.name).toBe('new');
      await worker.end();
    }, 60_000);

    it('does not undo what was accepted since an item of a batch', async () => {
      const batch = JSON.stringify([{ ...external('batched'), name: 'old' }, { name: 'plain' }]);
      const send = async () => {
        const headers = { 'content-type': 'application/json', ...key('batch') };
        const response = await one.fetch('/api/sessions/batch', { method: 'POST', body: batch, headers });
        return (await response.json()) as { results: { id: string; status: string }[] };
      };
      const { results } = await send();
      await two.create({ ...external('batched'), name: 'new' });
      await database.query(FORGET_ANSWERS);
      expect(await send()).toEqual({ results });
      expect((await two.get(results[0]?.id ?? '')).content.session.name).toBe('new');
    }, 60_000);
  },
);

function key(name: string): Record<string, string> {
  return { 'Idempotency-Key': name };
}
