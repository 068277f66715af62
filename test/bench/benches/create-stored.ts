import type { Bench, Figure } from '../bench';
import { sizeText } from '../sizes';
import { inTurn, pairUp } from '../statistics';
import { sharedSeeded, startSeeded } from '../support/seeded-product';
import type { SeededProduct } from '../support/seeded-product';
import { ratioAtLeast } from '../target';
import { acceptMany, countStored } from './stored-sessions';

/** Sessions of a round. */
const CREATED = { full: 20_000, quick: 1000 };
const POLL_MS = 20;

/**
 * Sessions a second from the first request until all are stored: with many stored, against none. What is stored is not
 * in the search index, so indexing takes as much of the machine on both sides.
 */
export const createStored: Bench = {
  name: 'create-stored',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const sessions = context.quick ? CREATED.quick : CREATED.full;
    const figures: Figure[] = [];
    for (const size of context.quick ? context.sizes : context.sizes.slice(1)) {
      const [many, none] = [await sharedSeeded(context, size), await startSeeded(context, 0)];
      const sides = { product: () => create(many, sessions), limit: () => create(none, sessions) };
      await inTurn(1, sides);
      const rates = await inTurn(context.rounds, sides);
      await none.product.stop();
      figures.push({
        what: `${sizeText(size)} stored, to none`,
        unit: 'sessions/s',
        target: ratioAtLeast(0.9),
        pairs: pairUp(rates.product, rates.limit),
      });
    }
    return figures;
  },
};

async function create({ product }: SeededProduct, sessions: number): Promise<number> {
  const wanted = (await countStored(product)) + sessions;
  const start = performance.now();
  await acceptMany(product, sessions);
  while ((await countStored(product)) < wanted) await new Promise((done) => setTimeout(done, POLL_MS));
  return sessions / ((performance.now() - start) / 1000);
}
