import type { Bench, Figure } from '../bench';
import { inTurn } from '../statistics';
import { askForList, millisecondsOf, sizeText, startSeeded } from '../support/seeded-product';
import { atMost } from '../target';

/** `stats=true`, over HTTP. */
export const stats: Bench = {
  name: 'stats',
  backends: ['embedded'],
  run: async (context) => {
    const figures: Figure[] = [];
    for (const size of context.sizes) {
      const { product } = await startSeeded(context, size);
      const ask = () => millisecondsOf(() => askForList(product, { stats: 'true' }));
      for (let warmUp = 0; warmUp < 10; warmUp++) await ask();
      const { asked } = await inTurn(context.rounds * 4, { asked: ask });
      await product.stop();
      figures.push({
        what: `${sizeText(size)} stored`,
        unit: 'ms',
        target: atMost(10),
        pairs: asked.map((product) => ({ product })),
      });
    }
    return figures;
  },
};
