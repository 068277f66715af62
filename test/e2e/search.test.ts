import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, conversation, PROFILES, untilStored } from './api-client';

const SESSIONS = 100;

describe.each(PROFILES)('a search, with the queue on $queue and the index in $search', (profile) => {
  let product: Product;
  let client: ApiClient;

  beforeAll(async () => {
    // What waits for the index is found without it, so that an index that nobody feeds would not be noticed.
    product = await startProduct({ ...profile, settings: { SEARCH_PENDING_SESSIONS: '0' } });
    client = new ApiClient(product);
    await client.sendNdjson(Array.from({ length: SESSIONS }, (_, number) => conversation(number)));
    await untilStored(product, SESSIONS);
  }, 90_000);
  afterAll(() => product.stop(), 60_000);

  const found = async (query: string) => {
    const { content } = await client.list(query);
    return content.sessions.map(({ name }) => name);
  };

  it('finds a session once it is stored, by what was said in it', async () => {
    const { content } = await client.create({
      name: 'Unusual',
      messages: [{ role: 'user', content: 'The xylophone in the vestibule is out of tune.' }],
    });
    await eventually(async () => (await client.list(`sessionId=${content.session.id}`)).content.total === 1);
    await eventually(async () => (await found('search=xylophone+vestib')).includes('Unusual'));
    expect(await found('search=xylophon+vestibule')).toEqual(['Unusual']);
    expect(await found('search=xylophone+-vestibule')).toEqual([]);
  });

  it('combines with filters, total and pages', async () => {
    const expected = Array.from({ length: SESSIONS }, (_, number) => number).filter(
      (number) => number % 8 === 1 && number % 3 === 0,
    );
    const names = expected.map((number) => `Ticket #${number} about invoice`).sort();
    const query = 'search=invoice&status=closed&source=zendesk&tags=feature_request';
    await eventually(async () => (await client.list(query)).content.total === expected.length);
    expect((await found(`${query}&limit=100`)).sort()).toEqual(names);
    const paged: (string | null)[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await client.list(`${query}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.content.total).toBe(expected.length);
      paged.push(...page.content.sessions.map(({ name }) => name));
      cursor = page.content.next_cursor;
    }
    expect(paged.sort()).toEqual(names);
  });

  it('follows a session that changes', async () => {
    const record = { external_source: 'zendesk', external_id: 'changing' };
    const message = (content: string) => ({ ...record, messages: [{ role: 'user', content }] });
    await client.create(message('about a marmalade'));
    await eventually(async () => (await client.list('search=marmalade')).content.total === 1);
    await client.create(message('about a periscope'));
    await eventually(async () => (await client.list('search=periscope')).content.total === 1);
    await eventually(async () => (await client.list('search=marmalade')).content.total === 0);
  }, 60_000);
});
