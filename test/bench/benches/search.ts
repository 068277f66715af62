import { parseQuery } from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { filterOf } from '../../../libs/search/src/meilisearch/filter';
import { queryText } from '../../../libs/search/src/meilisearch/query-text';
import { backends } from '../../support/backends';
import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { Corpus } from '../load/corpus';
import { sizeText } from '../sizes';
import { eachInTurn, quantile } from '../statistics';
import { startSearchable } from '../support/searchable-product';
import { atMost, atMostOver } from '../target';
import type { Target } from '../target';

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

/**
 * Searches by one to three words, one at a time, against the time in which the engine itself answers the same. Each round
 * has words of its own: what is searched for again is answered from memory.
 */
export const search: Bench = {
  name: 'search',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const stored = context.quick ? 5000 : 1_000_000;
    const { product, projectUuid, corpus, index } = await startSearchable(context, stored);
    const texts = () =>
      Array.from({ length: context.quick ? 2 : 20 }, (_, time) => textsOf(corpus, time)).flat();
    const byProduct = timed((text) => searchProduct(product, text));
    const byEngine = timed((text) => searchMeilisearch(index, projectUuid, text));
    const ask = async (asked: readonly string[]): Promise<Round<number>> => {
      const answers: Round<Answer> =
        context.backend === 'meilisearch'
          ? await eachInTurn(asked, { product: byProduct, limit: byEngine })
          : await eachInTurn(asked, { product: byProduct });
      return {
        product: timesOf(answers.product),
        ...(answers.limit === undefined ? {} : { limit: timesOf(answers.limit) }),
      };
    };
    await ask(texts());
    const rounds: Round<number>[] = [];
    for (let round = 0; round < context.rounds; round++) rounds.push(await ask(texts()));
    const figure = (name: string, share: number, target: Target): Figure => ({
      what: `${sizeText(stored)} stored, ${name}`,
      unit: 'ms',
      target,
      pairs: rounds.map(({ product: own, limit }) => ({
        product: quantile(own, share),
        ...(limit === undefined ? {} : { limit: quantile(limit, share) }),
      })),
    });
    return context.backend === 'meilisearch'
      ? [figure('median', 0.5, atMostOver(5)), figure('p99', 0.99, atMostOver(5))]
      : [figure('p99', 0.99, atMost(100))];
  },
};

/** What is known of each search; of the engine alone where that can be asked. */
interface Round<Known> {
  product: Known[];
  limit?: Known[];
}

/** How long a search took, and how many sessions it found. */
interface Answer {
  milliseconds: number;
  total: number;
}

/** Milliseconds of each. @throws Error when none found anything, as when there is nothing to search */
function timesOf(answers: readonly Answer[]): number[] {
  if (!answers.some(({ total }) => total > 0)) throw new Error('No search of a round found any session.');
  return answers.map(({ milliseconds }) => milliseconds);
}

/** A text of each kind. There is an even number of kinds: in one order, each would always be asked of the same side first. */
function textsOf(corpus: Corpus, time: number): string[] {
  const texts = KINDS.map((ranks) => ranks.map(([from, to]) => corpus.wordOfRank(from, to)).join(' '));
  return time % 2 === 0 ? texts : texts.reverse();
}

/** @param searchFor gives how many were found */
function timed(searchFor: (text: string) => Promise<number>): (text: string) => Promise<Answer> {
  return async (text) => {
    const began = performance.now();
    const total = await searchFor(text);
    return { milliseconds: performance.now() - began, total };
  };
}

async function searchProduct(product: Product, text: string): Promise<number> {
  const response = await product.request(`/api/sessions?limit=${PAGE}&search=${encodeURIComponent(text)}`);
  if (!response.ok) throw new Error(`A search was answered with ${response.status}.`);
  return ((await response.json()) as { total: number }).total;
}

async function searchMeilisearch(index: string, projectId: string, text: string): Promise<number> {
  const { url = '', key = '' } = backends().meilisearch ?? {};
  const client = new Meilisearch({
    host: url,
    apiKey: key,
    requestInit: { headers: { 'Accept-Encoding': 'identity' } },
  });
  const filter = filterOf({ projectId, filters: { includeArchived: false } });
  const { totalHits } = await client.index(index).search(queryText(parseQuery(text)), {
    filter,
    matchingStrategy: 'all',
    attributesToRetrieve: ['sessionId'],
    hitsPerPage: PAGE,
    page: 1,
  });
  return totalHits;
}
