import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { Client } from '../load/client';
import { sizeText } from '../sizes';
import { eachInTurn, pairUp } from '../statistics';
import { countedQueries, readQueries } from '../support/list-queries';
import type { ListQuery } from '../support/list-queries';
import { comparedFigures, mean, slowestFigure, timesOf } from '../support/list-times';
import type { ListRound, Times } from '../support/list-times';
import { listPath, sharedSeeded } from '../support/seeded-product';
import { ratioAtMost } from '../target';

/** Times that each list is asked for in a round. */
const REPEATS = 5;

/** Of a name, a company, a contact or scopes that more sessions have, a list may take longer than its bare page. */
const MANY = 10_000;

/** How the groups of lists begin the names of their figures. */
const FEW = 'with name, company, contact or scopes of 10,000 at most';
const TOO_MANY = 'with name, company, contact or scopes of over 10,000';

/**
 * Page and exact total, for every filter and every pair of them, one at a time, against the bare query of the page by pg
 * in a bare Fastify route, with the plan that the product chose. Both are asked over HTTP by the same client, so that
 * they differ by what the product does for the total, its checks and its answers.
 *
 * All lists are asked for once, on both sides by turns, and then again: asked for several times in a row, the first of
 * a list would read what the others find at hand. Lists of a name, a company, a contact or scopes read all that match,
 * and the `total` that they answer decides what is asked of them: of over 10,000 only that they come in time.
 *
 * The sizes take turns as well, since what many stored take is compared with what few do.
 */
export const list: Bench = {
  name: 'list',
  backends: ['embedded'],
  run: async (context) => {
    const measured: Measured[] = [];
    for (const size of context.sizes) measured.push(await prepare(context, size));
    for (let round = 0; round < context.rounds; round++) {
      for (const { measure } of measured) await measure(round);
    }
    for (const { end } of measured) await end();
    const figures = measured.flatMap(figuresOf);
    const [smallest, largest] = [measured[0], measured.at(-1)];
    if (smallest !== undefined && largest !== undefined && smallest !== largest) {
      const sizes = `${largest.stored} stored, to ${smallest.stored}`;
      figures.push(
        growthFigure(`${sizes}: page and total`, smallest.counted, largest.counted),
        growthFigure(`${sizes}, ${FEW}: page and total`, smallest.few, largest.few),
      );
    }
    return figures;
  },
};

/** So many stored sessions, and what each round gave of them. */
interface Measured {
  /** How many, such as `10 k`. */
  stored: string;
  /** Lists whose totals come from counts. */
  counted: ListRound[];
  /** Lists that read all that match, which are few. */
  few: ListRound[];
  /** The same where many match, of the product alone. */
  many: Times[];
  /** Adds a round. */
  measure: (round: number) => Promise<void>;
  end: () => Promise<void>;
}

function figuresOf({ stored, counted, few, many }: Measured): Figure[] {
  const figures = [
    ...comparedFigures(`${stored} stored`, counted),
    ...comparedFigures(`${stored} stored, ${FEW}`, few),
  ];
  return many.some((times) => times.size > 0)
    ? [...figures, slowestFigure(`${stored} stored, ${TOO_MANY}`, many)]
    : figures;
}

async function prepare(context: BenchContext, size: number): Promise<Measured> {
  const { product, projectUuid } = await sharedSeeded(context, size);
  const bare = await context.startLimit('list', {
    DATABASE_URL: product.databaseUrl,
    PROJECT_UUID: projectUuid,
  });
  const client = new Client(product.apiKey);
  const time = (base: string) => (query: ListQuery) =>
    client.time(base + listPath(product, query.parameters));
  const sides = { product: time(product.url), limit: time(bare.url) };
  const compare = async (queries: readonly ListQuery[], first: number): Promise<ListRound> => {
    const { product: own, limit } = await eachInTurn(queries, sides, first);
    return { product: timesOf(queries, own), limit: timesOf(queries, limit) };
  };

  const { few, many } = await byMatches(readQueries(), async ({ parameters }) => {
    const answer = await client.get(product.url + listPath(product, parameters));
    return (JSON.parse(answer) as { total: number }).total;
  });
  const groups = { counted: countedQueries(), few };
  await warmUp(async () => {
    for (const queries of Object.values(groups)) await compare(queries, 0);
  }, context.warmUpSeconds);
  const measured = { counted: [] as ListRound[], few: [] as ListRound[], many: [] as Times[] };
  return {
    stored: sizeText(size),
    ...measured,
    measure: async (round) => {
      for (const name of ['counted', 'few'] as const) {
        // Once unmeasured, since another size was asked before.
        await compare(groups[name], round);
        measured[name].push(await compare(repeated(groups[name]), round));
      }
      const { product: own } = await eachInTurn(many, { product: sides.product });
      measured.many.push(timesOf(many, own));
    },
    end: async () => {
      client.close();
      await bare.stop();
    },
  };
}

/** Lists of which few and of which many sessions are, by the total that each answers. */
async function byMatches(
  queries: readonly ListQuery[],
  totalOf: (query: ListQuery) => Promise<number>,
): Promise<{ few: ListQuery[]; many: ListQuery[] }> {
  const groups: { few: ListQuery[]; many: ListQuery[] } = { few: [], many: [] };
  for (const query of queries) groups[(await totalOf(query)) > MANY ? 'many' : 'few'].push(query);
  return groups;
}

function repeated(queries: readonly ListQuery[]): ListQuery[] {
  return Array.from({ length: REPEATS }, () => queries).flat();
}

/** Asks, at least once, until so many seconds are over. */
async function warmUp(ask: () => Promise<unknown>, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  do await ask();
  while (performance.now() < end);
}

/** The mean of the lists that are measured at both sizes. */
function growthFigure(what: string, small: readonly ListRound[], large: readonly ListRound[]): Figure {
  const names = [...(large[0]?.product.keys() ?? [])].filter((name) => small[0]?.product.has(name));
  const means = (rounds: readonly ListRound[]) => rounds.map(({ product }) => mean(product, names));
  return { what, unit: 'ms', target: ratioAtMost(1.5), pairs: pairUp(means(large), means(small)) };
}
