import { parseQuery } from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { filterOf } from '../../../libs/search/src/meilisearch/filter';
import { queryText } from '../../../libs/search/src/meilisearch/query-text';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import { inTurn, pairUp, quantile } from '../statistics';
import { startSearchable } from '../support/searchable-product';
import { sizeText } from '../sizes';
import { atMost, atMostOver } from '../target';

const PAGE = 50;

/** What is searched for: from the commonest words to rare ones, one to three of them. */
const KINDS: readonly (readonly [from: number, to: number])[][] = [
  [[0, 30]],
  [[100, 1000]],
  [[5000, 50_000]],
  [
    [0, 30],
    [0, 30],
  ],
  [
    [0, 30],
    [100, 1000],
  ],
  [
    [100, 1000],
    [0, 30],
  ],
  [
    [100, 1000],
    [100, 1000],
  ],
  [
    [5000, 50_000],
    [0, 30],
  ],
  [
    [0, 30],
    [0, 30],
    [0, 30],
  ],
  [
    [100, 1000],
    [100, 1000],
    [100, 1000],
  ],
];

/** Searches by one to three words, one at a time, against the time in which the engine itself answers them. */
export const search: Bench = {
  name: 'search',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const stored = context.quick ? 5000 : 1_000_000;
    const { product, projectUuid, corpus, index } = await startSearchable(context, stored);
    const texts = Array.from({ length: context.quick ? 2 : 20 }, () =>
      KINDS.map((ranks) => ranks.map(([from, to]) => corpus.wordOfRank(from, to)).join(' ')),
    ).flat();
    const byProduct = () => timesOf(texts, (text) => searchProduct(product, text));
    const byEngine = () => timesOf(texts, (text) => searchMeilisearch(index, projectUuid, text));
    await byProduct();
    const what = `${sizeText(stored)} stored, p99`;
    if (context.backend !== 'meilisearch') {
      const { times } = await inTurn(context.rounds, { times: byProduct });
      const pairs = times.map((product) => ({ product: quantile(product, 0.99) }));
      return [{ what, unit: 'ms', target: atMost(100), pairs }];
    }
    const times = await inTurn(context.rounds, { product: byProduct, limit: byEngine });
    const figure = (name: string, share: number): Figure => ({
      what: name,
      unit: 'ms',
      target: atMostOver(5),
      pairs: pairUp(
        times.product.map((values) => quantile(values, share)),
        times.limit.map((values) => quantile(values, share)),
      ),
    });
    return [figure(what.replace('p99', 'median'), 0.5), figure(what, 0.99)];
  },
};

async function timesOf(
  texts: readonly string[],
  searchFor: (text: string) => Promise<void>,
): Promise<number[]> {
  const times: number[] = [];
  for (const text of texts) {
    const began = performance.now();
    await searchFor(text);
    times.push(performance.now() - began);
  }
  return times;
}

async function searchProduct(product: Product, text: string): Promise<void> {
  const response = await product.request(`/api/sessions?limit=${PAGE}&search=${encodeURIComponent(text)}`);
  if (!response.ok) throw new Error(`A search was answered with ${response.status}.`);
  await response.json();
}

async function searchMeilisearch(index: string, projectId: string, text: string): Promise<void> {
  const { url = '', key = '' } = backends().meilisearch ?? {};
  const client = new Meilisearch({
    host: url,
    apiKey: key,
    requestInit: { headers: { 'Accept-Encoding': 'identity' } },
  });
  const filter = filterOf({ projectId, filters: { includeArchived: false } });
  await client.index(index).search(queryText(parseQuery(text)), {
    filter,
    matchingStrategy: 'all',
    attributesToRetrieve: ['sessionId'],
    hitsPerPage: PAGE,
    page: 1,
  });
}
