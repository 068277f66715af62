import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import type { Corpus } from '../load/corpus';
import type { SearchableSessions } from '../load/searchable-sessions';
import { steadily } from '../load/steadily';
import { sizeText } from '../sizes';
import { quantile } from '../statistics';
import { startSearchable } from '../support/searchable-product';
import type { SearchableProduct } from '../support/searchable-product';
import { atMost, NO_TARGET } from '../target';
import { countStored, untilStored } from './stored-sessions';

/** Sessions that tell the rate of the slowest stage: so many that its last ones do not count. */
const PROBE = 60_000;
const REQUESTS_PER_SECOND = 10;
const PAUSE_MS = 10;
const GIVE_UP_MS = 20_000;
const RETRY_MS = 500;

/** What a batch tells of one of its sessions. */
interface Result {
  id: string;
  status: string;
  retryable: boolean;
}

interface Times {
  listed: number[];
  found: number[];
}

/** What one round gave. */
interface Round extends Times {
  /** Sessions a second that were accepted. */
  rate: number;
}

/**
 * Sessions are accepted at half the rate of the slowest stage, which is what the stages do of a backlog side by side, as
 * they share the machine. Ten times a second one of them is looked for, from its 201 on: first in the list, then by a
 * search of a word that only it has.
 *
 * Each round is a minute long and begins with a backlog of its own, so that its load fits what the machine does by then.
 * Ten thousand sessions are stored anew for each; a million are not, and each round adds up to a quarter to them.
 */
export const endToEnd: Bench = {
  name: 'end-to-end',
  backends: ['embedded', 'meilisearch'],
  run: async (context) => {
    const figures: Figure[] = [];
    for (const size of context.quick ? [2000] : [10_000, 1_000_000]) {
      const rounds: Round[] = [];
      for (let round = 0; round < context.longRounds; round++) {
        // A product of the size or round before would go on tidying up after its load beside this one.
        rounds.push(
          await context.part(async (part) => measure(part, await startSearchable(part, size), round)),
        );
      }
      figures.push(...figuresOf(sizeText(size), rounds));
    }
    return figures;
  },
};

async function measure(
  { quick }: BenchContext,
  { product, sessions, corpus }: SearchableProduct,
  round: number,
): Promise<Round> {
  const rate = (await slowestStage(product, sessions, corpus, quick ? 1000 : PROBE)) / 2;
  return { rate, ...(await steadyLoad(product, corpus, { rate, seconds: quick ? 3 : 60, round })) };
}

function figuresOf(size: string, rounds: readonly Round[]): Figure[] {
  const figure = (name: string, times: keyof Times, bound: number): Figure => ({
    what: `${size} stored, ${name}, p99`,
    unit: 'ms',
    target: atMost(bound),
    pairs: rounds.map((round) => ({ product: quantile(round[times], 0.99) })),
  });
  return [
    figure('in the list', 'listed', 250),
    figure('found by search', 'found', 400),
    // Half of what all stages together do of a backlog, beside each other: the slowest of them sets it.
    {
      what: `${size} stored, load`,
      unit: 'sessions/s',
      target: NO_TARGET,
      pairs: rounds.map(({ rate }) => ({ product: rate })),
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
  await untilStored(product, before + count);
  const at = await sessions.indexed();
  return (count / (at - began)) * 1000;
}

async function steadyLoad(
  product: Product,
  corpus: Corpus,
  { rate, seconds, round }: { rate: number; seconds: number; round: number },
): Promise<Times> {
  const times: Times = { listed: [], found: [] };
  const batch = Math.max(1, Math.round(rate / REQUESTS_PER_SECOND));
  await steadily({ perSecond: REQUESTS_PER_SECOND, seconds }, async (request) => {
    // The rounds before stored words of their own in the same project. No number is taken for another as a typo.
    const word = `unique${round}r${request}x`;
    await lookFor(product, word, await accept(product, corpus, batch, word), times);
  });
  return times;
}

async function lookFor(product: Product, word: string, id: string, times: Times): Promise<void> {
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

/**
 * Has a batch accepted, of which one session has that word for its name; gives the id of the first that was accepted.
 * What is refused for now is sent again, as clients are told to: Redis stood still for 0.8 s once in 90 minutes.
 */
async function accept(product: Product, corpus: Corpus, count: number, word = ''): Promise<string> {
  let lines = Array.from({ length: count }, (_, at) => {
    const { name, messages } = corpus.session(at);
    return JSON.stringify({
      name: at === 0 && word !== '' ? word : name,
      messages: messages.map((content) => ({ role: 'user', content })),
    });
  });
  const ids: string[] = [];
  const began = performance.now();
  while (lines.length > 0) {
    const results = await send(product, lines);
    const refused = results.find(
      ({ status, retryable }) =>
        status !== 'created' && (!retryable || performance.now() - began > GIVE_UP_MS),
    );
    if (refused !== undefined) throw new Error(`A session was not accepted: ${JSON.stringify(refused)}`);
    ids.push(...results.flatMap(({ status, id }) => (status === 'created' ? [id] : [])));
    lines = lines.filter((_, place) => results[place]?.retryable);
    if (lines.length > 0) await pause(RETRY_MS);
  }
  return ids[0] ?? '';
}

async function send(product: Product, lines: readonly string[]): Promise<Result[]> {
  const response = await product.request('/api/sessions/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  if (!response.ok) throw new Error(`A batch was answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { results: Result[] }).results;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.max(0, milliseconds)));
}
