import { eventually } from '../support/eventually';
import { ApiClient, QUEUES } from './api-client';
import { useProduct } from './product-suite';

const REQUESTS = 200;

describe.each(QUEUES)('200 requests at once to two APIs, with the queue on $queue', (profile) => {
  const given = useProduct({ ...profile, apis: 2 });
  let clients: [ApiClient, ApiClient];

  beforeAll(() => (clients = [new ApiClient(given.product, 0), new ApiClient(given.product, 1)]));

  const each = <Result>(call: (client: ApiClient, number: number) => Promise<Result>) =>
    Promise.all(
      Array.from({ length: REQUESTS }, (_, number) => call(clients[number % 2] as ApiClient, number)),
    );
  const rows = async (condition: string) => {
    const { rowCount } = await given.database.query(`SELECT FROM sessions WHERE ${condition}`);
    return rowCount;
  };
  const countOf = (numbers: number[], wanted: number) => numbers.filter((number) => number === wanted).length;

  it('of one external record make one session, which one of them created', async () => {
    const answers = await each((client, number) =>
      client.create({
        external_source: 'zendesk',
        external_id: 'one',
        name: `version ${number}`,
        messages: [{ role: 'user', content: `message ${number}` }],
      }),
    );
    const statuses = answers.map(({ status }) => status);
    expect([countOf(statuses, 201), countOf(statuses, 200)]).toEqual([1, REQUESTS - 1]);
    expect(new Set(answers.map(({ content }) => content.session.id)).size).toBe(1);
    await eventually(async () => (await rows("external_id = 'one'")) === 1);
    const last = await clients[0].create({
      external_source: 'zendesk',
      external_id: 'one',
      name: 'the last',
      messages: [{ role: 'user', content: 'the last' }],
    });
    await eventually(async () => (await rows("external_id = 'one' AND name = 'the last'")) === 1);
    const { content } = await clients[1].get(last.content.session.id);
    expect(content.messages.map((message) => message.content)).toEqual(['the last']);
  }, 60_000);

  it('with one Idempotency-Key make one session', async () => {
    const body = { name: 'idempotent', messages: [{ role: 'user', content: 'once' }] };
    const send = (client: ApiClient) => client.create(body, { 'idempotency-key': 'the key' });
    const answers = await each(send);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    expect(made.filter(({ headers }) => headers.get('idempotency-replayed') !== 'true')).toHaveLength(1);
    expect(new Set(made.map(({ content }) => content.session.id)).size).toBe(1);
    const replayed = await Promise.all(clients.map(send));
    for (const { status, headers, content } of replayed) {
      expect([status, headers.get('idempotency-replayed')]).toEqual([201, 'true']);
      expect(content).toEqual(made[0]?.content);
    }
    // A second one that was queued before would be stored by the time that this one is.
    await clients[0].create({ name: 'afterwards' });
    await eventually(async () => (await rows("name = 'afterwards'")) === 1);
    expect(await rows("name = 'idempotent'")).toBe(1);
  }, 60_000);

  it('from one e-mail address make one contact', async () => {
    const answers = await each((client, number) =>
      client.create({
        name: 'contacted',
        [number % 2 === 0 ? 'contact_email' : 'description']: 'Jane@Example.com',
        user_metadata: { email: 'jane@example.COM' },
      }),
    );
    expect(
      countOf(
        answers.map(({ status }) => status),
        201,
      ),
    ).toBe(REQUESTS);
    const ids = new Set(answers.map(({ content }) => content.session.contact_id));
    expect(ids.size).toBe(1);
    await eventually(async () => (await rows("name = 'contacted'")) === REQUESTS);
    const { rows: contacts } = await given.database.query('SELECT id, email FROM contacts');
    expect(contacts).toEqual([{ id: [...ids][0], email: 'jane@example.com' }]);
    const [id] = ids;
    expect((await clients[1].list(`contactId=${id}&limit=1`)).content.total).toBe(REQUESTS);
  }, 60_000);
});
