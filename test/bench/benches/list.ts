import { parseListQuery } from '@sessions/contract';
import { pageStatement, pageValues, planOf } from '../../../libs/storage/src/sessions/session-page';
import { estimatesOf, TOTAL } from '../../../libs/storage/src/sessions/session-totals';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { inTurn, pairUp, quantile } from '../statistics';
import { countedQueries, readQueries } from '../support/list-queries';
import type { ListQuery } from '../support/list-queries';
import { askForList, millisecondsOf, sizeText, startSeeded } from '../support/seeded-product';
import type { SeededProduct } from '../support/seeded-product';
import { atMost, ratioAtMost } from '../target';

/** Sessions on a page: the default, and the one more by which the product sees that there is a next page. */
const PAGE = { limit: 51, offset: 0 };

/** Times that each list is asked for in a round. */
const REPEATS = 5;

/** Stands for the total and its values, all of which a statement must mention. */
const NO_TOTAL = ['$6::text[]', '$7::date[]', '$8::date[]', '$9::timestamptz[]', '$10::timestamptz[]']
  .map((value) => `cardinality(${value})`)
  .join(' + ');

type Times = Map<string, number[]>;

/**
 * Page and exact total over HTTP, for every filter and every pair of them, one at a time, against the bare query of the
 * page by pg with the plan that
 * the product chose.
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
  const seeded = await startSeeded(context, size);
  const lists = { product: askAll(seeded, countedQueries()), limit: pageAll(seeded, countedQueries()) };
  const read = askAll(seeded, readQueries(), 1);
  for (const side of [lists.product, lists.limit, read]) await side();
  const sides = await inTurn(context.rounds, { ...lists, read });
  await seeded.product.stop();
  return sides;
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

/** Asks the product for every list, as often as it says, and notes how long each took. */
function askAll({ product }: SeededProduct, queries: ListQuery[], repeats = REPEATS): () => Promise<Times> {
  return () => timesOf(queries, repeats, ({ parameters }) => askForList(product, parameters));
}

/** The product's statements, with the plans it would choose, but without their totals. */
function pageAll({ database, projectUuid }: SeededProduct, queries: ListQuery[]): () => Promise<Times> {
  const statements = new Map<string, { text: string; values: unknown[] }>();
  const prepare = async ({ name, parameters }: ListQuery) => {
    const filters = { ...parseListQuery({ projectId: projectUuid, ...parameters }), sessionId: undefined };
    const plan = planOf(filters, PAGE, await estimatesOf(database, projectUuid, filters));
    const { text } = pageStatement(filters, plan);
    const bare = text.replace(TOTAL.dated, NO_TOTAL).replace(TOTAL.undated, '0');
    const statement = { text: bare, values: pageValues(projectUuid, filters, PAGE) };
    statements.set(name, statement);
    return statement;
  };
  return () =>
    timesOf(queries, REPEATS, async (query) => {
      const { text, values } = statements.get(query.name) ?? (await prepare(query));
      await database.query({ name: `page ${query.name}`, text }, values);
    });
}

async function timesOf(
  queries: ListQuery[],
  repeats: number,
  ask: (query: ListQuery) => Promise<unknown>,
): Promise<Times> {
  const times: Times = new Map();
  for (const query of queries) {
    const taken: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) taken.push(await millisecondsOf(() => ask(query)));
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
