import type { Product } from '../../support/product';
import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { sizeText } from '../sizes';
import { inTurn, pairUp } from '../statistics';
import { sharedSeeded, startSeeded } from '../support/seeded-product';
import type { SeededProduct } from '../support/seeded-product';
import { ratioAtLeast } from '../target';
import { acceptMany, countStored, StoredSessions, untilStored } from './stored-sessions';

/** Sessions of a round. */
const CREATED = { full: 20_000, quick: 1000 };

/**
 * Sessions a second from the first request until all are stored: with many stored, against none, which are taken away
 * again before each round. What is stored is not in the search index, and what a round created is indexed before the
 * next begins, so that indexing takes as much of the machine on both sides. Of ten million only the sessions are stored,
 * without their messages.
 */
export const createStored: Bench = {
  name: 'create-stored',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const sessions = context.quick ? CREATED.quick : CREATED.full;
    const figures: Figure[] = [];
    for (const size of context.quick ? context.sizes : context.sizes.slice(1)) {
      const many = await sharedSeeded(context, size);
      figures.push(await context.part((part) => compare(part, sessions, many, sizeText(size))));
    }
    return figures;
  },
};

async function compare(
  context: BenchContext,
  sessions: number,
  { product: many }: SeededProduct,
  size: string,
): Promise<Figure> {
  const { product: none } = await startSeeded(context, 0);
  const [manyStored, noneStored] = [await StoredSessions.open(many), await StoredSessions.open(none)];
  context.atEnd(() => Promise.all([manyStored.close(), noneStored.close()]));
  const sides = {
    product: () => create(many, manyStored, sessions),
    limit: async () => {
      await noneStored.empty();
      return create(none, noneStored, sessions);
    },
  };
  await inTurn(1, sides);
  const rates = await inTurn(context.rounds, sides);
  return {
    what: `${size} stored, to none`,
    unit: 'sessions/s',
    target: ratioAtLeast(0.9),
    pairs: pairUp(rates.product, rates.limit),
  };
}

async function create(product: Product, stored: StoredSessions, sessions: number): Promise<number> {
  await stored.checkpoint();
  const wanted = (await countStored(product)) + sessions;
  const start = performance.now();
  await acceptMany(product, sessions);
  await untilStored(product, wanted);
  const seconds = (performance.now() - start) / 1000;
  await stored.indexed();
  return sessions / seconds;
}
