import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, QUEUES, untilStored } from './api-client';

const MESSAGES = 20_000;

describe.each(QUEUES)('a session of 20,000 messages, with the queue on $queue', (profile) => {
  let product: Product;
  let client: ApiClient;

  beforeAll(async () => {
    product = await startProduct(profile);
    client = new ApiClient(product);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('is created and got in order, while other requests are answered', async () => {
    const messages = Array.from({ length: MESSAGES }, (_, position) => ({
      role: position % 2 === 0 ? 'user' : 'assistant',
      content: `Line ${position} of the transcript.`,
    }));
    const contents = messages.map(({ content }) => content);
    let working = true;
    const statuses: number[] = [];
    const others = (async () => {
      while (working) statuses.push((await client.create({ name: 'another' })).status);
    })();
    const created = await client.create({ name: 'long', messages });
    expect(created.status).toBe(201);
    expect(created.content.session.message_count).toBe(MESSAGES);
    const { id } = created.content.session;
    const waiting = await client.get(id);
    expect(waiting.content.messages.map(({ content }) => content)).toEqual(contents);
    working = false;
    await others;
    await untilStored(product, statuses.length + 1);
    const stored = await client.get(id);
    expect(stored.content).toEqual(waiting.content);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 201)).toEqual([]);
  }, 60_000);
});
