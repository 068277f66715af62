import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, conversation, QUEUES, untilStored } from './api-client';

const SESSIONS = 5178;

/** The revisions that the stored conversations have. */
async function revisions(client: ApiClient): Promise<unknown[]> {
  const found = new Set<unknown>();
  let cursor: string | null = '';
  while (cursor !== null) {
    const { content }: Awaited<ReturnType<ApiClient['list']>> = await client.list(
      `limit=1000${cursor && `&cursor=${cursor}`}`,
    );
    for (const { custom_fields } of content.sessions) found.add(custom_fields.revision);
    cursor = content.next_cursor;
  }
  return [...found];
}

describe.each(QUEUES)('5,178 conversations in one gzip stream, with the queue on $queue', (profile) => {
  let product: Product;
  let client: ApiClient;

  beforeAll(async () => {
    product = await startProduct(profile);
    client = new ApiClient(product);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('are all created, and all updated under the same ids when they come again', async () => {
    const numbers = Array.from({ length: SESSIONS }, (_, number) => number);
    const first = await client.sendNdjson(numbers.map((number) => conversation(number)));
    expect(first.map(({ index }) => index)).toEqual(numbers);
    expect(first.filter(({ status }) => status !== 'created')).toEqual([]);
    expect(new Set(first.map(({ id }) => id)).size).toBe(SESSIONS);
    await untilStored(product, SESSIONS);

    const second = await client.sendNdjson(numbers.map((number) => conversation(number, 1)));
    expect(second.filter(({ status }) => status !== 'updated')).toEqual([]);
    expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    expect((await client.list('limit=1')).content.total).toBe(SESSIONS);
    // A list shows what is stored, while a session alone is read with what still waits.
    await eventually(async () => (await revisions(client)).join() === '1', { timeoutMs: 30_000 });

    for (const number of [0, 1, 2588, SESSIONS - 1]) {
      const { content } = await client.get(second[number]?.id ?? '');
      const sent = conversation(number, 1) as { messages: { content: string }[]; custom_fields: object };
      expect(content.messages.map((message) => message.content)).toEqual(
        sent.messages.map((message) => message.content),
      );
      expect(content.session.custom_fields).toEqual(sent.custom_fields);
    }
  }, 120_000);

  it('reject only the lines that are at fault', async () => {
    const lines = ['{"name":"good"}', 'no json', '{"nam":"typo"}', '', '{"name":"also good"}', '[]', 'null'];
    const response = await client.fetch('/api/sessions/batch', {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
    });
    const results = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: string; error?: string });
    expect(results.map(({ status }) => status)).toEqual([
      'created',
      'rejected',
      'rejected',
      'created',
      'rejected',
      'rejected',
    ]);
    expect(results.filter(({ status }) => status === 'rejected').every(({ error }) => error)).toBe(true);
  });
});
