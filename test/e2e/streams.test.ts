import { readFile } from 'node:fs/promises';
import { eventually } from '../support/eventually';
import { startProduct } from '../support/product';
import type { Product } from '../support/product';
import { ApiClient, inLanes, QUEUES } from './api-client';
import { NdjsonSender } from './ndjson-sender';

const STREAM_BYTES = 150 * 1024 * 1024;
const LINE_BYTES = 64 * 1024;
const GROWTH_MIB = 250;

/** Resident memory of a process, in MiB. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

describe.each(QUEUES)('a long NDJSON stream, with the queue on $queue', (profile) => {
  let product: Product;
  let client: ApiClient;

  beforeAll(async () => {
    product = await startProduct(profile);
    client = new ApiClient(product);
  }, 60_000);
  afterAll(() => product.stop(), 60_000);

  it('of 150 MB passes through the API in bounded memory', async () => {
    const pid = product.processes.find(({ role }) => role === 'api')?.pid ?? 0;
    await client.sendNdjson([{ name: 'warm-up' }]);
    const before = await memoryOf(pid);
    let most = before;
    const sampling = setInterval(() => void memoryOf(pid).then((now) => (most = Math.max(most, now))), 50);
    const sender = new NdjsonSender(product);
    const lines = STREAM_BYTES / LINE_BYTES;
    const words = 'lorem ipsum dolor sit amet '.repeat(LINE_BYTES / 27);
    for (let line = 0; line < lines; line += 1) {
      await sender.write(JSON.stringify({ messages: [{ role: 'user', content: `${line} ${words}` }] }));
    }
    await sender.end();
    clearInterval(sampling);
    expect(sender.results).toHaveLength(lines);
    const created = sender.results.filter(({ status }) => status === 'created');
    const refused = sender.results.filter(({ status, retryable }) => status === 'rejected' && !retryable);
    expect(refused).toEqual([]);
    expect(created.length).toBeGreaterThan(lines / 2);
    expect(most - before).toBeLessThan(GROWTH_MIB);
  }, 120_000);

  it('whose client disconnects loses nothing that was acknowledged', async () => {
    const sender = new NdjsonSender(product);
    for (let line = 0; sender.results.length < 500; line += 1) {
      await sender.write(JSON.stringify({ name: `cut ${line}`, tags: ['losses'] }));
    }
    sender.disconnect();
    const ids = sender.results.flatMap(({ id }) => id ?? []);
    const answers = await inLanes(ids, (id) => client.get(id));
    expect(ids.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await eventually(async () => (await client.list('tags=losses&limit=1')).content.total >= ids.length);
    expect((await client.create({ name: 'the API goes on' })).status).toBe(201);
  }, 60_000);
});
