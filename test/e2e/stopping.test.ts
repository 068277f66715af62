import type { SessionView } from '@sessions/contract';
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
    const refusals: { status: number; retryAfter: string | null }[] = [];
    const failures: unknown[] = [];
    let working = true;
    const lane = async (number: number): Promise<void> => {
      for (let round = 0; working; round += 1) {
        try {
          const body = {
            name: `${tag} ${number} ${round}`,
            messages: [{ role: 'user', content: 'Keep me.' }],
          };
          const { status, headers, content } = await client.create(body);
          if (status === 201) acknowledged.push(content.session.id);
          else refusals.push({ status, retryAfter: headers.get('retry-after') });
        } catch (error) {
          failures.push(error);
          return;
        }
      }
    };
    const lanes = Array.from({ length: 16 }, (_, number) => lane(number));
    return {
      acknowledged,
      /** What was answered otherwise. */
      refusals,
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

  async function listed(tag: string): Promise<SessionView[]> {
    const sessions: SessionView[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = `name=${tag}&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { content } = await survivor.list(query);
      sessions.push(...content.sessions);
      cursor = content.next_cursor;
    }
    return sessions;
  }

  /** What was acknowledged is found at once, and stored once; so may be what each client last sent, unanswered. */
  async function expectKept(tag: string, { acknowledged, refusals }: ReturnType<typeof load>): Promise<void> {
    expect(refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
    const answers = await inLanes(acknowledged, (id) => survivor.get(id));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await untilBacklogIsStored();
    const sessions = await listed(tag);
    const ids = sessions.map(({ id }) => id);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(sessions.map(({ name }) => name)).size).toBe(sessions.length);
    expect(sessions.length).toBeLessThanOrEqual(acknowledged.length + 16);
  }

  /** Several markers, since each of the workers may be at another job. */
  async function untilBacklogIsStored(): Promise<void> {
    const name = `marker ${Date.now()}`;
    for (let sent = 0; sent < 5; sent += 1) await survivor.create({ name });
    await untilStored(product, 5, { filters: `name=${name}` });
  }

  it('keeps what was acknowledged when an API is stopped', async () => {
    const run = load(new ApiClient(product, 1), 'api-term');
    await run.untilSome(200);
    await end('api', 'SIGTERM');
    await run.stop();
    await expectKept('api-term', run);
  }, 60_000);

  it('keeps what was acknowledged when a worker is stopped', async () => {
    const run = load(survivor, 'worker-term');
    await run.untilSome(200);
    await end('worker', 'SIGTERM');
    await run.stop();
    await expectKept('worker-term', run);
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
    expect(run.refusals).toEqual([]);
    const ids = (await listed('worker-kill')).map(({ id }) => id);
    expect(ids.sort()).toEqual([...run.acknowledged].sort());
  }, 90_000);
});
