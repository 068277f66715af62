import type { Product } from '../support/product';
import { startProduct } from '../support/product';
import { ApiClient, inLanes, QUEUES, untilStored } from './api-client';

describe.each(QUEUES)('processes that end under load, with the queue on $queue', (profile) => {
  let product: Product;
  let survivor: ApiClient;

  beforeAll(async () => {
    product = await startProduct({ ...profile, apis: 2, workers: 2 });
    survivor = new ApiClient(product, 0);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  /** Ends the newest process of a role and forgets it, so that the product does not stop it again. */
  async function end(role: 'api' | 'worker', signal: NodeJS.Signals): Promise<void> {
    const index = product.processes.findLastIndex((one) => one.role === role);
    const [ended] = product.processes.splice(index, 1);
    const code = await ended?.end(signal);
    if (signal === 'SIGTERM' && code !== 0) {
      throw new Error(`The ${role} stopped with code ${code}. It wrote:\n${ended?.output().slice(-2000)}`);
    }
  }

  /** Sends sessions from several clients until told to stop; a request that finds its API gone is not an answer. */
  function load(client: ApiClient, tag: string) {
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    let working = true;
    const lane = async (number: number): Promise<void> => {
      for (let round = 0; working; round += 1) {
        try {
          const body = {
            name: `${tag} ${number} ${round}`,
            messages: [{ role: 'user', content: 'Keep me.' }],
          };
          const { status, content } = await client.create(body);
          if (status === 201) acknowledged.push(content.session.id);
        } catch (error) {
          failures.push(error);
          return;
        }
      }
    };
    const lanes = Array.from({ length: 16 }, (_, number) => lane(number));
    return {
      acknowledged,
      /** One for every client whose API went away. */
      failures,
      untilSome: async (count: number) => {
        while (acknowledged.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      },
      stop: async () => {
        working = false;
        await Promise.all(lanes);
      },
    };
  }

  async function expectKept(tag: string, ids: string[]): Promise<void> {
    const answers = await inLanes(ids, (id) => survivor.get(id));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { content } = await survivor.list(`name=${tag}&limit=1`);
    expect(content.total).toBeLessThanOrEqual(ids.length + 16);
  }

  it('keeps what was acknowledged when an API is stopped', async () => {
    const run = load(new ApiClient(product, 1), 'api-term');
    await run.untilSome(200);
    await end('api', 'SIGTERM');
    await run.stop();
    await expectKept('api-term', run.acknowledged);
  }, 60_000);

  it('keeps what was acknowledged when a worker is stopped', async () => {
    const run = load(survivor, 'worker-term');
    await run.untilSome(200);
    await end('worker', 'SIGTERM');
    await run.stop();
    await expectKept('worker-term', run.acknowledged);
  }, 60_000);

  it('stores exactly once what was acknowledged when a worker is killed', async () => {
    const { total: before } = (await survivor.list('limit=1')).content;
    expect(before).toBeGreaterThan(0);
    const run = load(survivor, 'worker-kill');
    await run.untilSome(300);
    await end('worker', 'SIGKILL');
    await run.untilSome(run.acknowledged.length + 100);
    await run.stop();
    expect(run.failures).toEqual([]);
    await product.start('worker');
    await untilStored(product, run.acknowledged.length, { timeoutMs: 60_000, filters: 'name=worker-kill' });
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `name=worker-kill&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { content } = await survivor.list(query);
      ids.push(...content.sessions.map(({ id }) => id));
      cursor = content.next_cursor;
    }
    expect(ids.sort()).toEqual([...run.acknowledged].sort());
  }, 90_000);
});
