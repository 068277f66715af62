import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { Corpus } from '../load/corpus';
import type { SearchableSessions } from '../load/searchable-sessions';
import { quantile } from '../statistics';
import { startSearchable } from '../support/searchable-product';
import type { SearchableProduct } from '../support/searchable-product';
import { sizeText } from '../support/seeded-product';
import { atMost, NO_TARGET } from '../target';
import { countStored } from './stored-sessions';

/** Sessions that tell the rate of the slowest stage: so many that its last ones do not count. */
const PROBE = 60_000;
const REQUESTS_PER_SECOND = 10;
const PAUSE_MS = 10;
const GIVE_UP_MS = 20_000;

interface Times {
  listed: number[];
  found: number[];
}

/**
 * Sessions are accepted at half the rate of the slowest stage, which is what the stages do of a backlog side by side, as
 * they share the machine. Ten times a second one of them is looked for, from its 201 on: first in the list, then by a
 * search of a word that only it has.
 */
export const endToEnd: Bench = {
  name: 'end-to-end',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const figures: Figure[] = [];
    for (const size of context.quick ? [2000] : [10_000, 1_000_000]) {
      // A product of the size before would go on tidying up after its load beside this one.
      figures.push(
        ...(await context.part(async (part) => measure(await startSearchable(part, size), size, part.quick))),
      );
    }
    return figures;
  },
};

async function measure(
  { product, sessions, corpus }: SearchableProduct,
  size: number,
  quick: boolean,
): Promise<Figure[]> {
  const rate = (await slowestStage(product, sessions, corpus, quick ? 1000 : PROBE)) / 2;
  const times = await steadyLoad(product, corpus, rate, quick ? 3 : 60);
  const figure = (name: string, values: number[], bound: number): Figure => ({
    what: `${sizeText(size)} stored, ${name}, p99`,
    unit: 'ms',
    target: atMost(bound),
    pairs: [{ product: quantile(values, 0.99) }],
  });
  return [
    figure('in the list', times.listed, 250),
    figure('found by search', times.found, 400),
    // Half of what all stages together do of a backlog, beside each other: the slowest of them sets it.
    {
      what: `${sizeText(size)} stored, load`,
      unit: 'sessions/s',
      target: NO_TARGET,
      pairs: [{ product: rate }],
    },
  ];
}

/** Sessions a second from the first one sent until all are indexed. */
async function slowestStage(
  product: Product,
  sessions: SearchableSessions,
  corpus: Corpus,
  count: number,
): Promise<number> {
  const before = await countStored(product);
  const began = performance.now();
  for (let sent = 0; sent < count; sent += 500) await accept(product, corpus, 500);
  while ((await countStored(product)) < before + count) await pause(PAUSE_MS);
  const at = await sessions.indexed();
  return (count / (at - began)) * 1000;
}

async function steadyLoad(product: Product, corpus: Corpus, rate: number, seconds: number): Promise<Times> {
  const times: Times = { listed: [], found: [] };
  const looking: Promise<void>[] = [];
  const began = performance.now();
  const batch = Math.max(1, Math.round(rate / REQUESTS_PER_SECOND));
  for (let request = 0; request < seconds * REQUESTS_PER_SECOND; request++) {
    await pause(began + (request * 1000) / REQUESTS_PER_SECOND - performance.now());
    const word = `unique${request}x`;
    looking.push(lookFor(product, word, accept(product, corpus, batch, word), times));
  }
  await Promise.all(looking);
  return times;
}

async function lookFor(
  product: Product,
  word: string,
  accepted: Promise<string>,
  times: Times,
): Promise<void> {
  const id = await accepted;
  const began = performance.now();
  const since = async (path: string) => {
    while (performance.now() - began < GIVE_UP_MS) {
      const response = await product.request(path);
      if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
      const { total } = (await response.json()) as { total: number };
      if (total > 0) return performance.now() - began;
      await pause(PAUSE_MS);
    }
    throw new Error(`A session was accepted, and ${path} did not show it for ${GIVE_UP_MS} ms.`);
  };
  times.listed.push(await since(`/api/sessions?limit=1&sessionId=${id}`));
  times.found.push(await since(`/api/sessions?limit=1&search=${word}`));
}

/** Has a batch accepted; gives the id of its first session, whose name is that word if there is one. */
async function accept(product: Product, corpus: Corpus, count: number, word = ''): Promise<string> {
  const lines = Array.from({ length: count }, (_, at) => {
    const { name, messages } = corpus.session(at);
    return JSON.stringify({
      name: at === 0 && word !== '' ? word : name,
      messages: messages.map((content) => ({ role: 'user', content })),
    });
  });
  const response = await product.request('/api/sessions/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  if (!response.ok) throw new Error(`A batch was answered ${response.status}: ${await response.text()}`);
  const { results } = (await response.json()) as { results: { id: string; status: string }[] };
  const refused = results.find(({ status }) => status !== 'created');
  if (refused !== undefined) throw new Error(`A session was not accepted: ${JSON.stringify(refused)}`);
  return results[0]?.id ?? '';
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.max(0, milliseconds)));
}
