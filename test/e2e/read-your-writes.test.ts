import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, QUEUES, untilStored } from './api-client';

describe.each(QUEUES)('a session right after it was accepted, with the queue on $queue', (profile) => {
  let product: Product;
  let one: ApiClient;
  let two: ApiClient;

  beforeAll(async () => {
    product = await startProduct({ ...profile, apis: 2, workers: 0 });
    one = new ApiClient(product, 0);
    two = new ApiClient(product, 1);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('is found by every API while no worker runs, and is the same once it is stored', async () => {
    const bodies = Array.from({ length: 20 }, (_, number) => ({
      name: `Session ${number}`,
      messages: [
        { role: 'user', content: 'The export button does nothing.' },
        { role: 'assistant', content: `Answer ${number}` },
      ],
    }));
    const created = await Promise.all(
      bodies.map((body, number) => (number % 2 === 0 ? one : two).create(body)),
    );
    expect(created.map(({ status }) => status)).toEqual(bodies.map(() => 201));
    const ids = created.map(({ content }) => content.session.id);
    const waiting = await Promise.all(ids.flatMap((id) => [one.get(id), two.get(id)]));
    for (const [index, { status, content }] of waiting.entries()) {
      const number = Math.floor(index / 2);
      expect(status).toBe(200);
      expect(content.session).toEqual(created[number]?.content.session);
      expect(content.messages.map((message) => message.content)).toEqual(
        bodies[number]?.messages.map((message) => message.content),
      );
    }
    expect((await one.list()).content.total).toBe(0);

    const external = { external_source: 'zendesk', external_id: 'T-1' };
    const first = await one.create({
      ...external,
      name: 'first',
      messages: [{ role: 'user', content: 'a' }],
    });
    const second = await two.create({ ...external, description: 'second' });
    expect([first.status, second.status]).toEqual([201, 200]);
    const merged = await one.get(first.content.session.id);
    expect(merged.content.session).toMatchObject({ name: 'first', description: 'second', message_count: 1 });

    await product.start('worker');
    await untilStored(product, bodies.length + 1);
    const listed = () => one.list(`sessionId=${first.content.session.id}`);
    await eventually(async () => (await listed()).content.sessions[0]?.description === 'second');
    const stored = await Promise.all(ids.flatMap((id) => [one.get(id), two.get(id)]));
    expect(stored.map(({ content }) => content)).toEqual(waiting.map(({ content }) => content));
    expect((await two.get(first.content.session.id)).content).toEqual(merged.content);
  }, 60_000);
});
