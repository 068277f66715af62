import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { Client } from '../load/client';
import { inTurn, pairUp, quantile } from '../statistics';
import { countedQueries, readQueries } from '../support/list-queries';
import type { ListQuery } from '../support/list-queries';
import { listPath, sharedSeeded, sizeText } from '../support/seeded-product';
import { atMost, ratioAtMost } from '../target';

/** Times that each list is asked for in a round. */
const REPEATS = 5;

type Times = Map<string, number[]>;

/**
 * Page and exact total, for every filter and every pair of them, one at a time, against the bare query of the page by pg
 * in a bare Fastify route, with the plan that the product chose. Both are asked over HTTP by the same client, so that
 * they differ by what the product does for the total, its checks and its answers.
 */
export const list: Bench = {
  name: 'list',
  backends: ['embedded'],
  run: async (context) => {
    const figures: Figure[] = [];
    const means: number[][] = [];
    for (const size of context.sizes) {
      const { product, limit, read } = await measure(context, size);
      means.push(product.map(mean));
      figures.push(...figuresOf(sizeText(size), product, limit, read));
    }
    const [smallest, largest] = [means[0] ?? [], means.at(-1) ?? []];
    if (means.length > 1) {
      figures.push({
        what: `${sizeText(context.sizes.at(-1) ?? 0)} stored, to ${sizeText(context.sizes[0] ?? 0)}: page and total`,
        unit: 'ms',
        target: ratioAtMost(1.5),
        pairs: pairUp(largest, smallest),
      });
    }
    return figures;
  },
};

async function measure(context: BenchContext, size: number) {
  const { product, projectUuid } = await sharedSeeded(context, size);
  const bare = await context.startLimit('list', {
    DATABASE_URL: product.databaseUrl,
    PROJECT_UUID: projectUuid,
  });
  const client = new Client(product.apiKey);
  const asking =
    (queries: ListQuery[], base: string, repeats = REPEATS) =>
    () =>
      timesOf(queries, repeats, ({ parameters }) => client.time(base + listPath(product, parameters)));
  const lists = { product: asking(countedQueries(), product.url), limit: asking(countedQueries(), bare.url) };
  const read = asking(readQueries(), product.url, 1);
  for (const side of Object.values(lists)) await warmUp(side, context.warmUpSeconds);
  await read();
  const sides = await inTurn(context.rounds, { ...lists, read });
  client.close();
  await bare.stop();
  return sides;
}

/** Asks, at least once, until so many seconds are over. */
async function warmUp(ask: () => Promise<unknown>, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  do await ask();
  while (performance.now() < end);
}

function figuresOf(size: string, product: Times[], limit: Times[], read: Times[]): Figure[] {
  const slowest = slowestOf(product);
  const slowestRead = slowestOf(read);
  const of = (name: string) => (times: Times) => mean(new Map([[name, times.get(name) ?? []]]));
  const p99 = (times: Times) => quantile([...times.values()].flat(), 0.99);
  return [
    {
      what: `${size} stored: page and total, mean of all filters and pairs`,
      unit: 'ms',
      target: ratioAtMost(1.3),
      pairs: pairUp(product.map(mean), limit.map(mean)),
    },
    {
      what: `${size} stored: the slowest, ${slowest}`,
      unit: 'ms',
      target: ratioAtMost(1.3),
      pairs: pairUp(product.map(of(slowest)), limit.map(of(slowest))),
    },
    {
      what: `${size} stored: p99`,
      unit: 'ms',
      target: atMost(15),
      pairs: product.map((times) => ({ product: p99(times) })),
    },
    {
      what: `${size} stored: the slowest with name, company, contact or scopes, ${slowestRead}`,
      unit: 'ms',
      target: atMost(100),
      pairs: read.map((times) => ({ product: of(slowestRead)(times) })),
    },
  ];
}

async function timesOf(
  queries: ListQuery[],
  repeats: number,
  time: (query: ListQuery) => Promise<number>,
): Promise<Times> {
  const times: Times = new Map();
  for (const query of queries) {
    const taken: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) taken.push(await time(query));
    times.set(query.name, taken);
  }
  return times;
}

function mean(times: Times): number {
  const all = [...times.values()].flat();
  return all.reduce((sum, time) => sum + time, 0) / all.length;
}

/** The name of the list that took longest over all rounds. */
function slowestOf(rounds: Times[]): string {
  const names = [...(rounds[0]?.keys() ?? [])];
  const total = (name: string) =>
    rounds.reduce((sum, times) => sum + Math.min(...(times.get(name) ?? [])), 0);
  return names.reduce((slowest, name) => (total(name) > total(slowest) ? name : slowest), names[0] ?? '');
}
